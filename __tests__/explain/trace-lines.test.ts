// Of any chain of stages, files that differ are traced to the line that first wrote them so: through COPYs, through RUNs that only
// copy, through stages that continue others, and by ONBUILD triggers. The builds are made up here, and run on paper.
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { makeTracer, type Traced } from '../../src/explain/blame/trace.ts'
import { explainEntries } from '../../src/explain/entries.ts'
import type { Image } from '../../src/image/image.ts'
import { paperEngine, type Writes } from './paper-engine.ts'
import { changed, clock, layerOf } from './subject.ts'

const image: Image = {
  ...{ digest: '', configDigest: '', manifest: { config: { mediaType: '', digest: '', size: 0 }, layers: [] } },
  config: { config: {}, rootfs: { type: 'layers', diff_ids: [] } },
}

/** A file: its text, and the line that it is to be blamed on. */
interface File {
  text: string
  origin: number
}
type Files = Map<string, File>
const differs = (file: File | undefined): boolean => file?.text.includes('~') === true

const files = ['/a/x', '/a/y', '/b/x', '/b/d/z']
const folders = ['/a', '/b', '/b/d']
const step = fc.oneof(
  fc.record({ kind: fc.constant('write' as const), path: fc.constantFrom(...files), same: fc.boolean() }),
  fc.record({ kind: fc.constant('cp' as const), from: fc.constantFrom(...files), to: fc.constantFrom(...files) }),
  fc.record({
    kind: fc.constant('cps' as const),
    copies: fc.array(fc.record({ from: fc.constantFrom(...files), to: fc.constantFrom(...files) }), {
      ...{ minLength: 2, maxLength: 3 },
    }),
  }),
  fc.record({ kind: fc.constant('trigger' as const), path: fc.constantFrom(...files) }),
  fc.record({
    ...{ kind: fc.constant('copy' as const), stage: fc.nat(3) },
    ...{ from: fc.constantFrom(...files, ...folders), to: fc.constantFrom(...files, ...folders) },
  }),
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

interface Made {
  lines: string[]
  writes: Writes
  stages: Files[]
}

/** What a RUN makes of a path that differed already may hold what was there: blamed is who made it differ. A copy holds nothing of it. */
function make(into: Files, path: string, file: File): void {
  const before = into.get(path)
  into.set(path, differs(before) && differs(file) && before ? { ...file, origin: before.origin } : file)
}

/** Writes a stage down and runs it. What cannot be copied is not. */
function addStage(
  made: Made,
  continues: number | null,
  steps: readonly Step[],
  triggers: Map<number, [string, number][]>,
) {
  const { lines, writes, stages } = made
  const own = stages.length
  const now: Files = new Map(continues === null ? [] : stages[continues])
  lines.push(`FROM ${continues === null ? 'debian' : `s${continues}`} AS s${own}`)
  const write = (line: number, path: string, text: string) => {
    writes[line] = { ...writes[line], [path]: text }
    make(now, path, { text, origin: line })
  }
  for (const [path, line] of continues === null ? [] : (triggers.get(continues) ?? [])) write(line, path, `${line}~`)
  for (const one of steps) {
    const line = lines.length + 1
    const source = one.kind === 'copy' ? one.stage % Math.max(1, own) : own
    const from: Files | undefined = source === own ? undefined : stages[source]
    if (one.kind === 'write') {
      lines.push(`RUN make ${one.path}`)
      write(line, one.path, one.same ? `${line}` : `${line}~`)
    } else if (one.kind === 'trigger') {
      lines.push(`ONBUILD RUN make ${one.path}`)
      triggers.set(own, [...(triggers.get(own) ?? []), [one.path, line]])
    } else if (one.kind === 'cp' || one.kind === 'cps') {
      // All that one RUN copies is what was there before it: else a later cp may take what an earlier one made.
      const before = new Map(now)
      const wanted = one.kind === 'cp' ? [one] : one.copies
      const copies = wanted.filter(({ from, to }, index) => {
        const others = wanted.slice(0, index)
        return before.has(from) && from !== to && others.every(other => other.to !== to && other.to !== from)
      })
      lines.push(`RUN ${copies.map(({ from, to }) => `cp ${from} ${to}`).join(' && ') || 'true'}`)
      for (const { from, to } of copies) {
        const file = before.get(from) as File
        writes[line] = { ...writes[line], [to]: file.text }
        now.set(to, file)
      }
    } else {
      const isFile = files.includes(one.from)
      const to = !isFile && files.includes(one.to) ? '/b' : one.to
      const found = [...(from ?? [])].filter(([path]) => path === one.from || path.startsWith(`${one.from}/`))
      const into = isFile && folders.includes(to)
      lines.push(found.length > 0 ? `COPY --from=s${source} ${one.from} ${to}${into ? '/' : ''}` : 'RUN true')
      for (const [path, file] of found)
        now.set(to + (into ? path.slice(path.lastIndexOf('/')) : path.slice(one.from.length)), file)
    }
  }
  stages.push(now)
}

const made = fc
  .tuple(
    fc.array(fc.record({ continues: fc.option(fc.nat(3)), steps: fc.array(step, { maxLength: 5 }) }), {
      ...{ minLength: 1, maxLength: 4 },
    }),
    fc.constantFrom(...folders.slice(0, 2)),
  )
  .map(([written, folder]) => {
    const one: Made = { lines: [], writes: {}, stages: [] }
    const triggers = new Map<number, [string, number][]>()
    for (const [at, { continues, steps }] of written.entries())
      addStage(one, continues === null || at === 0 ? null : continues % at, steps, triggers)
    const last = one.stages.length - 1
    one.lines.push('FROM debian', `COPY --from=s${last} ${folder} /out`)
    const wanted = [...(one.stages[last] ?? [])].filter(
      ([path, file]) => path.startsWith(`${folder}/`) && differs(file),
    )
    return { ...one, wanted: new Map(wanted.map(([path, file]) => [`out${path.slice(folder.length)}`, file])) }
  })

test('every file is blamed on the line that made it differ to the end', async () => {
  let [asked, left] = [0, 0]
  await fc.assert(
    fc.asyncProperty(made, async ({ lines, writes, wanted }) => {
      fc.pre(wanted.size > 0)
      asked++
      const dockerfile = parseDockerfile(`${lines.join('\n')}\n`, 'Dockerfile')
      const entries = explainEntries([layerOf([...wanted.keys()].map(path => changed(path, 'one', 'two')))], clock)
      const tracer = makeTracer({ dockerfile, buildArgs: {}, imageA: image, probe: paperEngine(writes) })
      const traced = await tracer(entries, [], dockerfile.instructions.at(-1) ?? null)
      // A search that asked too much is given up, and says so.
      const lineOf = ({ note, instruction }: Traced) => (note?.includes('too many places') ? null : instruction?.line)
      const blamed = traced.flatMap(one => one.entries.map(entry => [entry.subject.entry.path, lineOf(one)]))
      const unknown = new Set(blamed.filter(([, line]) => line === null).map(([path]) => path))
      left += unknown.size
      const truth = [...wanted].map(([path, { origin }]) => [path, unknown.has(path) ? null : origin])
      expect(blamed.toSorted()).toEqual(truth.toSorted())
    }),
    { numRuns: 60 },
  )
  expect(asked).toBeGreaterThan(10)
  expect(left).toBeLessThan(asked / 10)
})
