import { describe, expect, test } from '@jest/globals'
import { variations, variationsNamed } from '../../src/build/variations/variations.ts'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import type { Finding } from '../../src/finding.ts'
import type { Comparison, EntryDifference, LayerDifference } from '../../src/image/comparison.ts'
import { dependsOnMachine, isCut, suspicions } from '../../src/prove/machine.ts'
import { onlyVaried } from '../../src/prove/only-varied.ts'
import { mayBeVaried, reachedLayers } from '../../src/prove/touched.ts'

const byDefault = variations.filter(variation => variation.byDefault)
const entry = (path: string, fields: EntryDifference['fields'], kind: EntryDifference['kind'] = 'changed') =>
  ({ path, kind, fields, a: null, b: null, digestA: null, digestB: null, content: null }) as EntryDifference
const layer = (index: number, ...entries: EntryDifference[]) =>
  ({ index, a: null, b: null, entries, total: entries.length, same: 0, reordered: false }) as LayerDifference
const comparison = (...layers: LayerDifference[]): Comparison => ({
  ...{ level: 'different', config: [], manifest: [], layers, equalLayers: 0 },
})

describe('what only the variations can have made', () => {
  test('is what differs without them no more, field by field', () => {
    const varied = comparison(layer(1, entry('a', ['mode']), entry('b', ['mode', 'content']), entry('c', ['content'])))
    const plain = comparison(layer(1, entry('b', ['content']), entry('c', ['content'])))
    const { layers } = onlyVaried(varied, plain)
    expect(layers.map(({ entries }) => entries.map(({ path, fields }) => [path, fields]))).toEqual([
      [
        ['a', ['mode']],
        ['b', ['mode']],
      ],
    ])
  })

  test('is not a name that was drawn, whatever it is this time', () => {
    const varied = comparison(layer(1, entry('tmp.a', [], 'only-in-a'), entry('tmp.b', [], 'only-in-b')))
    const plain = comparison(layer(1, entry('tmp.a', [], 'only-in-a'), entry('tmp.c', [], 'only-in-b')))
    expect(onlyVaried(varied, plain)).toMatchObject({ level: 'identical', layers: [] })
  })

  test('is a name all the same where none is drawn, and a file that differs where some are', () => {
    const here = entry('new', [], 'only-in-b')
    const changed = entry('a', ['mode'])
    const [drawn, other] = [entry('tmp.c', [], 'only-in-b'), entry('z', ['content'])]
    const left = (plain: EntryDifference[]) =>
      onlyVaried(comparison(layer(1, here, changed)), comparison(layer(1, ...plain))).layers.flatMap(({ entries }) =>
        entries.map(({ path }) => path),
      )
    expect([left([other]), left([other, drawn]), left([drawn])]).toEqual([['new', 'a'], ['a'], ['a']])
  })

  test('is nothing of a file that is missing by chance on one side without them, too', () => {
    const [changed, gone] = [
      comparison(layer(1, entry('a', ['content']))),
      comparison(layer(1, entry('a', [], 'only-in-a'))),
    ]
    expect(onlyVaried(changed, gone)).toMatchObject({ level: 'identical', layers: [] })
  })

  test('is what the settings of the image have in it alone, beside files or without them', () => {
    const setting = (pointer: string) => ({ pointer, a: '1', b: '2' })
    const varied = { ...comparison(layer(1, entry('a', ['mode']))), config: [setting('/Env/0'), setting('/Labels/x')] }
    const plain = { ...comparison(), config: [setting('/Labels/x')] }
    expect(onlyVaried(varied, plain)).toMatchObject({ level: 'different', config: [setting('/Env/0')] })
    expect(onlyVaried({ ...varied, layers: [] }, plain)).toMatchObject({ level: 'different', layers: [] })
    expect(onlyVaried({ ...varied, layers: [] }, varied)).toMatchObject({ level: 'identical', config: [] })
  })

  test('is its content, and its order, only where the plain one had them alike', () => {
    const content = { kind: 'text' } as unknown as EntryDifference['content']
    const both = { ...entry('a', ['mode', 'content']), content }
    const contentOf = (plain: EntryDifference) =>
      onlyVaried(comparison(layer(1, both)), comparison(layer(1, plain))).layers[0]?.entries[0]?.content
    expect([contentOf(entry('a', ['mode'])), contentOf(entry('a', ['content']))]).toEqual([content, null])
    const reordered = (varied: boolean, plain: boolean) =>
      onlyVaried(
        comparison({ ...layer(1, both), reordered: varied }),
        comparison({ ...layer(1, entry('b', ['mode'])), reordered: plain }),
      ).layers[0]?.reordered
    expect([reordered(true, false), reordered(true, true), reordered(false, false)]).toEqual([true, false, false])
  })

  test('is not guessed of what a cut list leaves out', () => {
    const plain = comparison({ ...layer(1, entry('a', ['content'])), total: 20_000 })
    expect(onlyVaried(comparison(layer(1, entry('b', ['mode']))), plain).layers).toEqual([])
  })

  test('is all of it where nothing else differs', () => {
    const varied = comparison(layer(1, entry('a', ['mode'])))
    expect(onlyVaried(varied, comparison())).toEqual(varied)
  })
})

const dockerfile = parseDockerfile(
  'FROM debian AS b\nCOPY a /a\nADD a /b\nRUN cp /a /c\nFROM debian\nCOPY --from=b /c /c\n',
  'Dockerfile',
)
const finding = (id: string, line: number, kind: Finding['class'] = 'now'): Finding => ({
  ...{ id, source: 'comparison', level: 'error', class: kind, title: 'Files differ', message: 'They do.', docs: '' },
  ...{ location: { file: 'Dockerfile', line, endLine: line }, paths: ['a'], count: 1, evidence: [] },
  confidence: 'certain',
})
const suspected = (...findings: Finding[]) =>
  suspicions(findings, byDefault, dockerfile).map(({ suspects, evident }) => [suspects.map(({ id }) => id), evident])

describe('who is guilty', () => {
  test('permissions at a COPY or ADD of the context: the umask, and the bytes prove it', () => {
    expect(suspected(finding('header-mode', 2), finding('header-mode', 3))).toEqual([
      [['umask'], true],
      [['umask'], true],
    ])
  })

  test('permissions that a RUN or another stage gives may be chance: the umask is to be proven', () => {
    expect(suspected(finding('header-mode', 4), finding('header-mode', 6))).toEqual([
      [['umask'], false],
      [['umask'], false],
    ])
  })

  test('bytecode with the time of a checkout: the times', () => {
    expect(suspected(finding('pyc-timestamp', 4, 'machine'))).toEqual([[['mtimes'], true]])
    expect(suspected(finding('pyc-timestamp', 4))).toEqual([[['mtimes'], false]])
  })

  test('anything else may be any that touches something', () => {
    expect(suspected(finding('tar-header', 4))).toEqual([[['mtimes', 'umask', 'order'], false]])
  })

  // What the bytes are said to prove is not built once more to tell it from chance.
  test('the bytes prove nothing of a content, of what a RUN may do, or of what stands at no line of the Dockerfile', () => {
    const ofNone = finding('header-mode', 2)
    delete ofNone.location
    const evident = (one: Finding, ids: string[]) =>
      suspicions([one], variationsNamed(ids), dockerfile).map(one => one.evident)
    expect(evident(finding('unknown-difference', 2), ['umask'])).toEqual([false])
    expect(evident(finding('unknown-difference', 2, 'machine'), ['umask'])).toEqual([false])
    expect(evident(finding('host-name', 4, 'machine'), ['umask', 'hostname'])).toEqual([false])
    expect(evident(ofNone, ['umask'])).toEqual([false])
    expect(evident(finding('header-mode', 99), ['umask'])).toEqual([false])
  })

  test('nor is all seen where the list of any layer was cut', () => {
    const [whole, cut] = [layer(1, entry('a', [])), { ...layer(2, entry('a', [])), total: 2 }]
    expect([[], [whole], [cut], [whole, cut]].map(layers => isCut(comparison(...layers)))).toEqual([
      ...[false, false, true, true],
    ])
  })

  test('is told with the cause: a warning of another machine, an error where that decides', () => {
    const [umask] = variationsNamed(['umask'])
    const told = dependsOnMachine({ ...finding('header-mode', 2), unforeseen: 'x' }, umask ? [umask] : [], false)
    expect(told).toMatchObject({ class: 'machine', level: 'warning', location: { line: 2 }, fix: { text: umask?.fix } })
    expect(told.title).toBe('Depends on the machine (umask): files differ')
    expect(told).not.toHaveProperty('unforeseen')
    const [mtimes] = variationsNamed(['mtimes'])
    const both = [mtimes, umask].flatMap(one => one ?? [])
    const titled = (title: string) => dependsOnMachine({ ...finding('x', 2), title }, both, false).title
    expect(titled('A tar archive differs')).toBe('Depends on the machine (mtimes and umask): a tar archive differs')
    expect(titled('Files have other permissions in each build')).toMatch(/: files have other permissions$/)
    // A checksum of what differs looks random, and is proven not to be.
    for (const id of ['unknown-difference', 'random-token', 'random-data', 'unseeded-numbers']) {
      const taken = { ...finding(id, 2), title: 'Random', message: 'A random value.', fix: { text: 'Look at it.' } }
      const known = dependsOnMachine(taken, both, false)
      expect(known).toMatchObject({ id: 'unknown-difference', docs: expect.stringMatching(/variations\.md$/) })
      expect(known.title).toBe('Depends on the machine (mtimes and umask): what is written here')
      expect(known.message).not.toContain('random')
      expect(known.fix).toEqual({ text: `${mtimes?.fix} ${umask?.fix}` })
    }
    expect(dependsOnMachine(finding('x', 2), umask ? [umask] : [], true).level).toBe('error')
    // A time that another checkout changes is that of a file.
    const time = dependsOnMachine(finding('build-time', 2), mtimes ? [mtimes] : [], false)
    expect(time).toMatchObject({ id: 'unknown-difference', fix: { text: mtimes?.fix } })
    expect(time.title).toBe('Depends on the machine (mtimes): the time of a file of the checkout is written here')
    expect(dependsOnMachine(finding('build-time', 2), both, false).id).toBe('build-time')
  })
})

const step = (id: string, inputs: string[], op: object) => ({
  id,
  inputs: inputs.map(one => `${one}:0`),
  op: { Op: op },
})
const run = { exec: { meta: { args: ['x'] }, mounts: [{ dest: '/' }] } }
const copy = { file: { actions: [{ secondaryInput: 1, Action: { copy: { src: '/a', dest: '/a' } } }] } }
const provenance = {
  buildConfig: {
    llbDefinition: [
      step('base', [], { source: { identifier: 'docker-image://debian' } }),
      step('before', ['base'], run),
      step('context', [], { source: { identifier: 'local://context' } }),
      step('copy', ['before', 'context'], copy),
      step('after', ['copy'], run),
      step('end', ['after'], {}),
    ],
  },
}

describe('the layers that a variation reaches', () => {
  const of = (ids: string[], given: unknown = provenance) => {
    const reached = reachedLayers(4, given, variationsNamed(ids))
    return [0, 1, 2, 3].map(reached)
  }

  test('of the context: the COPY, and what comes after it', () => {
    expect(of(['umask', 'time'])).toEqual([false, false, true, true])
  })

  test('of RUN: any; of nothing: none; and any where nobody knows', () => {
    expect(of(['hostname'])).toEqual([true, true, true, true])
    expect(of(['time'])).toEqual([false, false, false, false])
    expect(of(['hostname', 'umask'])).toEqual([true, true, true, true])
    expect(of(['umask'], null)).toEqual([true, true, true, true])
    // Steps that stand on one that is not told, that have no names, or that are told at another place.
    const [base, , ...rest] = provenance.buildConfig.llbDefinition
    const lacking = [base, ...rest]
    const nameless = rest.map(one => ({ ...one, id: '' }))
    for (const llbDefinition of [lacking, nameless])
      expect(of(['umask'], { buildConfig: { llbDefinition } })).toEqual([true, true, true, true])
    expect(of(['umask'], { predicate: provenance })).toEqual([true, true, true, true])
  })

  test('decide whether another build is needed', () => {
    const reached = reachedLayers(4, provenance, byDefault)
    expect(mayBeVaried(comparison(layer(1)), reached)).toBe(false)
    expect(mayBeVaried(comparison(layer(1), layer(3)), reached)).toBe(true)
  })
})
