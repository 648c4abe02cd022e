// What side B is built from: the same files as side A, varied where that can be done; else it is told.
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { afterEach, expect, test } from '@jest/globals'
import type { BuildFailure, SideBuild } from '../../src/build/build.ts'
import { lastCallOf } from '../../src/build/last-call.ts'
import type { BuildRequest } from '../../src/build/plan.ts'
import { variationsNamed } from '../../src/build/variations/variations.ts'
import type { Varied } from '../../src/build/variations/vary.ts'
import { readContext } from '../../src/lint/context/context.ts'
import type { Ports } from '../../src/ports.ts'
import type { Proving } from '../../src/prove/pair.ts'
import { removeCopies, requestOfB, requestWith } from '../../src/prove/side-b.ts'
import { portsWith, scripted, tempFolder } from '../build/ports.ts'

const all: Ports[] = []
afterEach(() => Promise.all(all.splice(0).map(removeCopies)))

/** A folder with these files, each of which only its owner may write. */
function folderOf(...files: string[]): string {
  const folder = tempFolder()
  for (const file of files) writeFileSync(join(folder, file), file, { mode: 0o644 })
  return folder
}

/** A build that took these paths of each context; null: all of it. */
const taking = (taken: Readonly<Record<string, string[] | null>>): SideBuild => {
  const llbDefinition = Object.entries(taken).map(([name, paths]) => {
    const attrs = paths === null ? {} : { 'local.followpaths': JSON.stringify(paths) }
    return { id: name, inputs: [], op: { Op: { source: { identifier: `local://${name}`, attrs } } } }
  })
  return { provenance: { buildConfig: { llbDefinition } } } as unknown as SideBuild
}
const silent = { provenance: null } as unknown as SideBuild
const failed = { logTail: [], provenance: null } as unknown as BuildFailure

interface Given {
  context?: string | null
  contexts?: Record<string, string>
  linked?: Record<string, { context: string; contexts?: Record<string, string> }>
  variations?: string[]
  env?: Record<string, string>
  ports?: Ports
}

async function run({
  context = folderOf('a', 'b'),
  contexts = {},
  linked,
  variations = ['umask'],
  env = {},
  ports,
}: Given) {
  const own = ports ?? portsWith(scripted({}), { env })
  all.push(own)
  const requestOf = (folder: string, buildContexts: Record<string, string>) =>
    ({
      context: folder,
      file: join(folder, 'Dockerfile'),
      buildContexts,
      buildArgs: {},
      builders: {},
    }) as unknown as BuildRequest
  const targets = Object.entries(linked ?? {})
  const request: BuildRequest = {
    ...requestOf(context ?? 'https://a.example/app.git', contexts),
    ...(linked
      ? { linked: Object.fromEntries(targets.map(([name, one]) => [name, requestOf(one.context, one.contexts ?? {})])) }
      : {}),
  }
  const optionsOf = (folder: string, buildContexts: Record<string, string>) =>
    ({ context: folder, file: join(folder, 'Dockerfile'), buildContexts }) as unknown as Proving['options']
  const proving = {
    ports: own,
    options: {
      ...optionsOf(request.context, contexts),
      variations,
      ...(linked
        ? {
            linked: Object.fromEntries(
              targets.map(([name, one]) => [name, optionsOf(one.context, one.contexts ?? {})]),
            ),
          }
        : {}),
    },
    sources: { context: context === null ? null : (await readContext(context, null)).context },
    setting: { epoch: { seconds: 1_600_000_000 }, builders: {}, throwaways: [], last: lastCallOf(own) },
  } as unknown as Proving
  return { request, proving }
}

/** The files below each folder that side B is built from, and whether everybody's group may write them. */
const files = (folder: string) =>
  Object.fromEntries(
    readdirSync(folder)
      .filter(name => existsSync(join(folder, name)))
      .sort()
      .map(name => [name, statSync(join(folder, name)).mode & 0o020 ? 'varied' : 'as it was']),
  )

async function told(given: Given, ofA: Parameters<typeof requestOfB>[2] = [taking({ context: null })]) {
  const { request, proving } = await run(given)
  return shown(await requestOfB(request, proving, ofA))
}

const shown = ({ request: { context, buildContexts, linked = {} }, variations, notes }: Varied) => ({
  context: existsSync(context) ? files(context) : context,
  contexts: Object.fromEntries(
    Object.entries(buildContexts).map(([name, value]) => [name, existsSync(value) ? files(value) : value]),
  ),
  linked: Object.fromEntries(Object.entries(linked).map(([name, one]) => [name, files(one.context)])),
  variations: variations.map(({ id }) => id),
  notes,
})

const nothingElse = { contexts: {}, linked: {}, notes: [] }
const [varied, same] = ['varied', 'as it was'] as const

test.each<[string, Parameters<typeof requestOfB>[2], Record<string, string>]>([
  ['took all', [taking({ context: null })], { a: varied, b: varied }],
  ['took some', [taking({ context: ['a'] })], { a: varied }],
  ['does not tell', [silent], { a: varied, b: varied }],
  ['has not ended', [null], { a: varied, b: varied }],
])('of a build that %s these files are varied', async (_, ofA, context) => {
  expect(await told({}, ofA)).toEqual({ ...nothingElse, context, variations: ['umask'] })
})

test('of several builds, what any of them took is varied for all; one that failed took nothing', async () => {
  const [a, b] = [taking({ context: ['a'] }), taking({ context: ['b'] })]
  const context = { a: varied, b: varied }
  expect(await told({}, [a, b])).toMatchObject({ context })
  for (const ofA of [
    [a, taking({ context: null })],
    [taking({ context: null }), a],
    [a, silent],
    [a, null],
  ])
    expect(await told({}, ofA)).toMatchObject({ context })
  expect((await told({}, [failed, a])).context).toEqual({ a: varied })
})

test('of a build that took nothing nothing is varied, nor is that said', async () => {
  const unvaried = { ...nothingElse, context: { a: same, b: same }, variations: [] }
  expect(await told({}, [taking({})])).toEqual(unvaried)
  expect(await told({ variations: ['none'] })).toEqual(unvaried)
  expect(await told({ context: null }, [taking({})])).toMatchObject({ variations: [], notes: [] })
})

test('a context that is no folder of this machine is not varied, which is told', async () => {
  const url = 'https://a.example/app.git'
  for (const ofA of [[taking({ context: null })], [silent]])
    expect(await told({ context: null }, ofA)).toEqual({
      ...{ ...nothingElse, context: url, variations: [] },
      notes: [expect.stringMatching(/context is not a folder of this machine/)],
    })
  // What is varied elsewhere says nothing of files.
  expect(await told({ context: null, variations: ['time'] })).toMatchObject({ variations: ['time'], notes: [] })
})

test('where buildx takes labels from the repository, files are not varied, which is told', async () => {
  const env = { BUILDX_GIT_LABELS: '1' }
  const given = { env, variations: ['umask', 'time'], linked: { base: { context: folderOf('c') } } }
  expect(await told(given)).toEqual({
    ...{ contexts: {}, context: { a: same, b: same }, linked: { base: { c: same } }, variations: ['time'] },
    notes: [expect.stringMatching(/BUILDX_GIT_LABELS is set/)],
  })
  expect(await told({ env, variations: ['time'] })).toMatchObject({ variations: ['time'], notes: [] })
  expect(await told({ env, context: null })).toMatchObject({ notes: [expect.stringMatching(/not a folder/)] })
})

test('named contexts are varied where they are folders', async () => {
  const contexts = {
    lib: folderOf('l'),
    image: 'docker-image://debian:12',
    repository: 'git@a.example:app.git',
    none: '/none',
  }
  const took = taking({ context: null, lib: null, image: null, repository: null, none: null })
  expect(await told({ contexts }, [took])).toEqual({
    ...{ ...nothingElse, context: { a: varied, b: varied }, variations: ['umask'] },
    contexts: { ...contexts, lib: { l: varied } },
  })
  // Of a repository that is its context only these can be.
  expect(await told({ contexts, context: null }, [took])).toMatchObject({
    ...{ contexts: { lib: { l: varied } }, variations: ['umask'] },
    notes: [expect.stringMatching(/context is not a folder/)],
  })
})

test('targets that are contexts of the image are varied as it is, each with its own files', async () => {
  const lib = folderOf('l')
  const linked = { base: { context: folderOf('c'), contexts: { lib } }, tools: { context: folderOf('d') } }
  const took = taking({ context: null, lib: null })
  expect(await told({ linked }, [took])).toEqual({
    ...{ ...nothingElse, context: { a: varied, b: varied }, variations: ['umask'] },
    linked: { base: { c: varied }, tools: { d: varied } },
  })
  const { request, proving } = await run({ linked })
  const ofB = await requestOfB(request, proving, [took])
  expect(files(ofB.request.linked?.base?.buildContexts.lib ?? '')).toEqual({ l: varied })
  // What is varied in one of them is varied.
  expect(await told({ linked, context: null, variations: ['umask', 'time'] }, [took])).toMatchObject({
    ...{ variations: ['umask', 'time'], linked: { base: { c: varied } } },
  })
  expect(await told({ linked, variations: ['time'] }, [took])).toMatchObject({
    ...{ context: { a: same, b: same }, linked: { base: { c: same } }, variations: ['time'] },
  })
})

test('what takes a builder of its own is varied where that can be had, and nowhere else', async () => {
  expect(await told({ variations: ['umask', 'fresh'] })).toMatchObject({
    ...{ context: { a: varied, b: varied }, variations: ['umask'] },
    notes: [expect.stringMatching(/built without the variation fresh: A builder of our own/)],
  })
})

test('a target whose context is no folder stays as it is', async () => {
  const linked = { base: { context: 'https://a.example/app.git' } }
  const { request, proving } = await run({ linked })
  const { request: ofB, variations } = await requestOfB(request, proving, [taking({ context: null })])
  expect([ofB.linked?.base?.context, variations.map(({ id }) => id)]).toEqual([linked.base.context, ['umask']])
})

test('what cannot be varied of a target is told, and nothing else of it', async () => {
  const odd = folderOf('c')
  // A name that is no text.
  writeFileSync(Buffer.concat([Buffer.from(`${odd}/`), Buffer.from([0xe4])]), '')
  const { context, linked, variations, notes } = await told({ linked: { base: { context: odd } } })
  expect([context, variations]).toEqual([{ a: varied, b: varied }, ['umask']])
  expect(linked.base).toMatchObject({ c: same })
  expect(notes).toEqual([expect.stringMatching(/unvaried: .* cannot be read/)])
})

test('the images of a run share their copies, which go with the run; those that are varied alone have their own', async () => {
  const { request, proving } = await run({})
  const [one, two] = [await requestOfB(request, proving, [silent]), await requestOfB(request, proving, [silent])]
  expect(one.request.context).toBe(two.request.context)
  const { copies, ...alone } = await requestWith(
    variationsNamed(['umask']),
    request,
    proving,
    taking({ context: ['a'] }),
  )
  expect(alone.request.context).not.toBe(one.request.context)
  expect(shown(alone)).toMatchObject({ context: { a: varied }, variations: ['umask'] })
  await removeCopies(proving.ports)
  // Of a run that made none there are none.
  await removeCopies(portsWith(scripted({})))
  expect([one, alone].map(({ request }) => existsSync(request.context))).toEqual([false, true])
  await copies.remove()
  expect(readdirSync(proving.ports.tempDir).filter(name => basename(name).startsWith('context'))).toEqual([])
  // The next images have new ones.
  expect(shown(await requestOfB(request, proving, [silent])).context).toEqual({ a: varied, b: varied })
})
