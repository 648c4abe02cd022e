// What an instruction means at its place: as the build says of that very instruction, else as it is written. What could be told of
// another instruction, another file or another stage is not believed.
import { describe, expect, test } from '@jest/globals'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { copyAt, type Reading, variablesAt, workdirAt } from '../../src/explain/blame/copy-reader.ts'

const imageOf = (WorkingDir?: unknown) => ({
  ...{ digest: 'm', configDigest: 'c', manifest: { config: { mediaType: '', digest: '', size: 0 }, layers: [] } },
  config: { config: { WorkingDir } as never, rootfs: { type: 'layers', diff_ids: [] } },
})

interface Told {
  lines: [number, number]
  /** Where the same step was written once more. */
  also?: [number, number]
  isMerge?: boolean
  copy?: [string, string]
  run?: { cwd?: string; env?: string[] }
}
/** What a build says that had these steps; of which text, if it says so. */
function provenanceOf(steps: Told[], source: string | null = null) {
  const operation = ({ copy, run, isMerge }: Told) => {
    if (isMerge) return { merge: {} }
    if (copy) return { file: { actions: [{ copy: { src: copy[0], dest: copy[1] } }] } }
    return { exec: { meta: run, mounts: [{ dest: '/' }] } }
  }
  const place = ([start, end]: [number, number]) => ({ ranges: [{ start: { line: start }, end: { line: end } }] })
  const llbDefinition = [
    ...steps.map((step, index) => ({ id: `s${index}`, op: { Op: operation(step) } })),
    { id: 'end', op: { Op: {} }, inputs: steps.map((_, index) => `s${index}:0`) },
  ]
  const locations = steps.map(({ lines, also }, index) => [
    `s${index}`,
    { locations: [...(also ? [place(also)] : []), place(lines)] },
  ])
  const infos = source === null ? [] : [{ data: Buffer.from(source).toString('base64') }]
  return {
    buildConfig: { llbDefinition },
    metadata: {
      'https://mobyproject.org/buildkit@v1#metadata': { source: { infos, locations: Object.fromEntries(locations) } },
    },
  }
}

const text = ['FROM a', 'COPY $X \\', '  /written', 'RUN make', 'COPY /t /written', ''].join('\n')
function reading(of: string, provenance?: unknown, workdir?: unknown): Reading {
  const a = provenance === undefined ? {} : { a: { provenance } }
  return { dockerfile: parseDockerfile(of, 'Dockerfile'), buildArgs: {}, imageA: imageOf(workdir), ...a }
}
const placed = ({ dockerfile }: Reading, line: number) =>
  dockerfile.instructions.find(one => one.line === line) as never

describe('a COPY', () => {
  const sources = (provenance: unknown, line = 2, of = text) => {
    const input = reading(of, provenance)
    const copy = copyAt(input, placed(input, line))
    return copy && `${copy.sources} ${copy.destination}`
  }
  const own: Told = { lines: [2, 3], copy: ['/a', '/b'] }

  test('is read as the build understood it', () => {
    expect(sources(provenanceOf([own]))).toBe('/a /b')
    expect(sources(provenanceOf([own], text))).toBe('/a /b')
    expect(
      sources(provenanceOf([{ lines: [1, 1], copy: ['/c', '/d'] }, own, { lines: [5, 5], copy: ['/e', '/f'] }])),
    ).toBe('/a /b')
    expect(sources(provenanceOf([own, own]))).toBe('/a /b')
    expect(sources(provenanceOf([{ ...own, also: [9, 9] }]))).toBe('/a /b')
    // A COPY --link is put onto the rest by a step of its own.
    expect(sources(provenanceOf([own, { lines: [2, 3], isMerge: true }]))).toBe('/a /b')
  })

  test.each<[string, unknown]>([
    ['nothing is said', undefined],
    ['what is said is nothing', null],
    ['what is said is nonsense', 'x'],
    ['what is said has no steps', {}],
    ['the build was of another text', provenanceOf([own], `${text}# more`)],
    [
      'the step is of other lines',
      provenanceOf([
        { ...own, lines: [2, 2] },
        { ...own, lines: [3, 3] },
        { ...own, lines: [1, 3] },
      ]),
    ],
    ['the step is a RUN', provenanceOf([{ lines: [2, 3], run: {} }])],
    [
      'two steps were made of it, of which one copied something else',
      provenanceOf([own, { ...own, copy: ['/a', '/c'] }]),
    ],
  ])('is read as it is written where %s', (_, provenance) => {
    expect(sources(provenance)).toBeNull()
    expect(sources(provenance, 5)).toBe('/t /written')
  })

  test('of a trigger is read as it is written: its lines are counted in another way', () => {
    const triggers = 'FROM a AS b\nONBUILD COPY /t /written\nFROM b\n'
    const input = reading(triggers, provenanceOf([{ lines: [2, 2], copy: ['/a', '/b'] }]))
    const trigger = input.dockerfile.instructions[1]?.trigger as never
    expect(copyAt(input, trigger)).toMatchObject({ sources: ['/t'], destination: '/written' })
  })

  test('of a heredoc has no source', () => {
    const heredoc = 'FROM a\nCOPY <<EOF /b\nx\nEOF\n'
    expect(sources(provenanceOf([{ lines: [2, 4], copy: ['/a', '/b'] }]), 2, heredoc)).toBeNull()
  })

  test('with --parents is read as it is written', () => {
    const parents = 'FROM a\nCOPY --parents /t /written\n'
    expect(sources(provenanceOf([{ lines: [2, 2], copy: ['/a', '/b'] }]), 2, parents)).toBe('/t /written')
  })

  test('what one build said is not held against another text', () => {
    const provenance = provenanceOf([own], text)
    expect(sources(provenance)).toBe('/a /b')
    expect(sources(provenance, 2, text.replace('make', 'made'))).toBeNull()
    expect(sources(provenance)).toBe('/a /b')
  })
})

describe('the working folder', () => {
  const folder = (of: string, line: number, provenance?: unknown, workdir?: unknown) => {
    const input = reading(of, provenance, workdir)
    return workdirAt(input, placed(input, line))
  }
  const run = (...cwd: string[]) => provenanceOf(cwd.map(one => ({ lines: [3, 3], run: { cwd: one } })))
  const own = 'FROM a\nWORKDIR /w\nRUN make\nCOPY x y\n'

  test('of a RUN is that of its step, where all that was made of it agree', () => {
    expect(folder(own, 3, run('/told'))).toBe('/told')
    expect(folder(own, 3, run('/told', '/told'))).toBe('/told')
    expect(folder(own, 3, run('/told', '/other'))).toBe('/w')
    expect(folder(own, 3, run('odd'))).toBe('/w')
    expect(folder(own, 3, provenanceOf([{ lines: [3, 3], copy: ['/a', '/b'] }]))).toBe('/w')
  })

  test('of anything else is that of the text', () => {
    expect(folder(own, 4, provenanceOf([{ lines: [4, 4], run: { cwd: '/told' } }]))).toBe('/w')
    expect(folder('FROM a AS b\nWORKDIR /w\nFROM b\nRUN make\n', 4)).toBe('/w')
    expect(folder('FROM a\nWORKDIR $X\nRUN make\n', 3)).toBeNull()
  })

  test('is that of the image where the file sets none', () => {
    const none = 'FROM a\nRUN make\n'
    expect(folder(none, 2, undefined, '/of-image')).toBe('/of-image')
    for (const odd of [undefined, '', 7]) expect(folder(none, 2, undefined, odd)).toBe('/')
    const bare = reading(none)
    expect(
      workdirAt(
        { ...bare, imageA: { ...bare.imageA, config: { rootfs: bare.imageA.config.rootfs } } },
        placed(bare, 2),
      ),
    ).toBe('/')
    // That of the image is of its last WORKDIR, perhaps: what it was before is not known.
    expect(folder('FROM a\nRUN make\nWORKDIR /w\n', 2, undefined, '/w')).toBeNull()
    expect(folder('FROM a\nWORKDIR w\nRUN make\n', 3, undefined, '/w')).toBeNull()
  })

  test('of a stage is that of the image where both begin with the same base, and neither sets another', () => {
    const stages = (one: string, two: string, end = 'RUN x') =>
      folder(`FROM ${one} AS s\nRUN make\nFROM ${two}\n${end}\n`, 2, undefined, '/of-image')
    expect(stages('a', 'a')).toBe('/of-image')
    expect(stages('a', 's')).toBe('/of-image')
    expect(stages('a', 'b')).toBeNull()
    expect(stages('a', 'a', 'WORKDIR /of-image')).toBeNull()
    expect(stages('scratch', 'b')).toBe('/')
    expect(folder('FROM a AS s\nWORKDIR w\nRUN make\nFROM a\n', 3, undefined, '/of-image')).toBe('/of-image/w')
    expect(folder('FROM\nRUN make\n', 2, undefined, '/of-image')).toBe('/of-image')
    const input = reading('FROM a AS s\nRUN make\nFROM b\n', undefined, '/of-image')
    expect(workdirAt({ ...input, target: 's' }, placed(input, 2))).toBe('/of-image')
    expect(workdirAt({ ...input, target: 'gone' }, placed(input, 2))).toBeNull()
  })

  test('before the first FROM is none', () => {
    expect(folder('ARG X\nFROM a\n', 1, undefined, '/of-image')).toBeNull()
  })
})

test('variables of a RUN are those of its step before those of the text', () => {
  const of = 'FROM a\nARG BOTH=written\nARG OWN=written\nARG UNSET\nRUN make\n'
  const scope = (env?: string[], kind: 'run' | 'copy' = 'run') => {
    const step: Told =
      kind === 'run' ? { lines: [5, 5], run: { ...(env ? { env } : {}) } } : { lines: [5, 5], copy: ['/a', '/b'] }
    const input = reading(of, provenanceOf([step]))
    return variablesAt(input, placed(input, 5))
  }
  const told = scope(['BOTH=told', 'BASE=told', 'UNSET=told'])
  const written = scope([], 'copy')
  const all = ['BOTH', 'OWN', 'BASE', 'UNSET', 'NONE']
  expect(all.map(name => told.get(name))).toEqual(['told', 'written', 'told', 'told', undefined])
  expect(all.map(name => told.declares(name))).toEqual([true, true, true, true, false])
  expect(all.map(name => told.isUnset?.(name))).toEqual([false, false, false, false, false])
  expect(scope(['BOTH=told']).isUnset?.('UNSET')).toBe(true)
  expect(all.map(name => written.get(name))).toEqual(['written', 'written', undefined, undefined, undefined])
  expect(written.declares('BASE')).toBe(false)
  expect([...told.args].map(([name]) => name)).toContain('OWN')
  expect([...told.env]).toEqual([])
})
