import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { auditSides, cacheNote, emptyDoubt } from '../../src/build/audit.ts'
import { fullName, makePins, sharedBases } from '../../src/build/bases.ts'
import type { Side, SideBuild } from '../../src/build/build.ts'
import { basesIn } from '../../src/build/llb.ts'

const root = mkdtempSync(join(tmpdir(), 'bases-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const temp = () => mkdtempSync(join(root, 't-'))
const [one, two] = ['1'.repeat(64), '2'.repeat(64)]
const image = (name: string, digest: string) => ({ uri: `pkg:docker/${name}`, digest: { sha256: digest } })
const build = (side: Side, ...materials: object[]): SideBuild => {
  const run = { id: 'step0', op: { Op: { exec: {} } } }
  return {
    ...{ side, platform: 'linux/amd64', digest: 'sha256:d', configDigest: 'sha256:c', ref: 'r', rewritten: true },
    ...{ startedAt: side === 'A' ? 1 : 3, endedAt: side === 'A' ? 2 : 4 },
    steps: [{ digest: `s${side}`, name: 'RUN x', cached: false, started: true, completed: true, error: null }],
    provenance: { buildConfig: { llbDefinition: [run], digestMapping: { [`s${side}`]: 'step0' } }, materials },
  }
}
const rulesIn = (file: string | null) => JSON.parse(readFileSync(String(file), 'utf8')).rules

describe('what a build was made of', () => {
  test('images by the names of people, pinned ones without their digest; commits of repositories', () => {
    const commit = 'a'.repeat(40)
    const provenance = {
      materials: [
        image('localhost:5000/debian@bookworm-slim?platform=linux%2Famd64', one),
        image(`debian@12?digest=sha256:${two}&platform=linux%2Famd64`, two),
        { uri: 'https://github.com/o/r.git#main', digest: { sha1: commit } },
        { uri: 'http://h/f', digest: { sha256: one } },
        ...[null, {}, { uri: 'pkg:docker/%zz' }, { uri: 5, digest: { sha256: one } }],
      ],
    }
    expect(basesIn(provenance)).toEqual([
      {
        kind: 'image',
        reference: 'localhost:5000/debian:bookworm-slim',
        digest: one,
        platform: 'linux/amd64',
        pinned: false,
      },
      { kind: 'image', reference: 'debian:12', digest: two, platform: 'linux/amd64', pinned: true },
      { kind: 'git', reference: 'https://github.com/o/r.git#main', digest: commit, platform: null, pinned: false },
    ])
    for (const odd of [null, 1, [], {}, { materials: {} }, { buildDefinition: { resolvedDependencies: 'x' } }])
      expect(basesIn(odd)).toEqual([])
  })
  test.each([
    ['debian:12', 'docker.io/library/debian:12'],
    ['o/app:1', 'docker.io/o/app:1'],
    ['localhost:5000/debian:x', 'localhost:5000/debian:x'],
    ['localhost/x:1', 'localhost/x:1'],
    ['ghcr.io/o/app:1', 'ghcr.io/o/app:1'],
    ['HOST/app:1', 'HOST/app:1'],
    ['o/sub/app:1', 'docker.io/o/sub/app:1'],
  ])('%s is %s for BuildKit', (reference, full) => expect(fullName(reference)).toBe(full))
})

describe('pins', () => {
  test('nothing before a build, then what it found; digests of the Dockerfile stay its own', async () => {
    const pins = await makePins({ env: {}, tempDir: temp() })
    expect(rulesIn(pins.file)).toEqual([])
    await pins.keep([build('A', image('debian@12', one), image(`x@1?digest=sha256:${two}`, two))])
    const identifier = 'docker-image://docker.io/library/debian:12'
    expect(rulesIn(pins.file)).toEqual([
      { action: 'CONVERT', selector: { identifier }, updates: { identifier: `${identifier}@sha256:${one}` } },
    ])
  })
  test('images of before are held to by their names', async () => {
    const pins = await makePins({ env: {}, tempDir: temp() })
    await pins.hold([{ reference: 'debian:12', digest: one }])
    const identifier = 'docker-image://docker.io/library/debian:12'
    const held = [
      { action: 'CONVERT', selector: { identifier }, updates: { identifier: `${identifier}@sha256:${one}` } },
    ]
    expect(rulesIn(pins.file)).toEqual(held)
    // What the build then was made of is the same, and is pinned by us.
    await pins.keep([build('A', image(`debian@12?digest=sha256:${one}`, one))])
    expect(rulesIn(pins.file)).toEqual(held)
  })
  test('a name of two images is left alone', async () => {
    const pins = await makePins({ env: {}, tempDir: temp() })
    await pins.keep([build('A', image('debian@12', one)), build('A', image('debian@12', two))])
    expect(rulesIn(pins.file)).toEqual([])
  })
  test("the caller's own policy stays in force, and one that cannot be read stays alone", async () => {
    const own = join(temp(), 'own.json')
    writeFileSync(own, '{"rules":[{"action":"DENY"}]}')
    const pins = await makePins({ env: { EXPERIMENTAL_BUILDKIT_SOURCE_POLICY: own }, tempDir: temp() })
    await pins.keep([build('A', image('debian@12', one))])
    expect(rulesIn(pins.file)).toEqual([{ action: 'DENY' }, expect.objectContaining({ action: 'CONVERT' })])
    for (const text of ['no json', '{"rules":{"action":"DENY"}}', '{}']) {
      writeFileSync(own, text)
      const none = await makePins({ env: { EXPERIMENTAL_BUILDKIT_SOURCE_POLICY: own }, tempDir: temp() })
      expect(none.file).toBeNull()
      await none.keep([])
      await none.hold([{ reference: 'debian:12', digest: one }])
    }
  })
  test('a name that would be a pattern of many is left alone', async () => {
    const pins = await makePins({ env: {}, tempDir: temp() })
    await pins.hold([{ reference: 'debian:*', digest: one }])
    expect(rulesIn(pins.file)).toEqual([])
  })
})

describe('the audit of bases', () => {
  const a = build('A', image('debian@12?platform=linux%2Famd64', one))
  test('the same image, pinned on one side, is the same', () => {
    const b = build('B', image(`debian@12?digest=sha256:${one}&platform=linux%2Famd64`, one))
    expect(auditSides(a, b)).toEqual([])
    expect(sharedBases(a, b)).toEqual([`debian:12@sha256:${one}`])
    const more = build(
      'B',
      image('alpine@3?platform=linux%2Famd64', two),
      image('debian@12?platform=linux%2Famd64', one),
    )
    expect(sharedBases(a, more)).toEqual([`debian:12@sha256:${one}`])
    // In one order, each once, whatever the builds tell them in.
    const both = [image('debian@12', one), image('alpine@3', two), image('debian@12', one)]
    expect(sharedBases(build('A', ...both), build('B', ...both))).toEqual([
      ...[`alpine:3@sha256:${two}`, `debian:12@sha256:${one}`],
    ])
  })
  test('a tag that moved is a doubt, pinned or not; so is a branch', () => {
    const moved = [expect.stringMatching(/The image 'debian:12' moved .* sha256:111111111111 to sha256:222222222222/)]
    expect(auditSides(a, build('B', image('debian@12?platform=linux%2Famd64', two)))).toEqual(moved)
    expect(auditSides(a, build('B', image(`debian@12?digest=sha256:${two}&platform=linux%2Famd64`, two)))).toEqual(
      moved,
    )
    const git = (id: string) => ({ uri: 'https://h/r.git#main', digest: { sha1: id.repeat(40) } })
    expect(auditSides(build('A', git('a')), build('B', git('b')))).toEqual([
      expect.stringMatching(
        /^The repository 'https:\/\/h\/r.git#main' moved .* from a{12} to b{12}: .* Pin it by commit/,
      ),
    ])
    expect(auditSides(a, build('B', image('debian@12?platform=linux%2Famd64', two)))[0]).toMatch(/ Pin it by digest/)
  })
  test('what one side alone was made of has not moved, nor a name of two images of which one is left', () => {
    const alpine = image('alpine@3?platform=linux%2Famd64', two)
    const debian = (platform: string, digest: string) => image(`debian@12?platform=linux%2F${platform}`, digest)
    expect(auditSides(a, build('B', alpine))).toEqual([])
    expect(auditSides(build('A'), build('B', alpine))).toEqual([])
    const b = build('B', debian('amd64', one))
    expect(auditSides(build('A', debian('amd64', one), debian('amd64', two)), b)).toEqual([])
    // One name for another platform is another image, and one image under another name is no answer for it.
    expect(auditSides(build('A', debian('arm64', two)), b)).toEqual([])
    expect(auditSides(build('A', debian('amd64', one), alpine), build('B', debian('amd64', two)))).toEqual([
      expect.stringContaining("The image 'debian:12' moved"),
    ])
  })
})

describe('a build A that may take from a cache', () => {
  const cached = (side: Side): SideBuild => {
    const plain = build(side)
    return { ...plain, fromCache: true, steps: plain.steps.map(step => ({ ...step, cached: true })) }
  }
  test('does, and that is told; it is no doubt', () => {
    expect(auditSides(cached('A'), build('B'))).toEqual([])
    expect(cacheNote(cached('A'))).toEqual([expect.stringContaining('took 1 of its 1')])
    expect(cacheNote({ ...build('A'), fromCache: true })).toEqual([expect.stringContaining('found nothing')])
    expect(cacheNote(build('A'))).toEqual([])
    // A step that the progress does not name was not taken from anywhere; without a provenance there is none to count.
    expect(cacheNote({ ...cached('A'), steps: [] })).toEqual([expect.stringContaining('all its 1 RUN, COPY')])
    expect(cacheNote({ ...cached('A'), provenance: null })).toEqual([expect.stringContaining('all its 0 RUN, COPY')])
  })
  test('counts what ran or was copied, and neither the image that it was built on nor a folder that was made', () => {
    const operations = { base: { source: {} }, made: { file: { actions: [{ Action: { mkdir: {} } }] } } }
    const all = { ...operations, copied: { file: { actions: [{ Action: { copy: {} } }] } }, ran: { exec: {} } }
    const steps = Object.keys(all).map(digest => ({
      ...{ digest, name: digest, cached: true, started: true, completed: true, error: null },
    }))
    const provenance = {
      buildConfig: {
        llbDefinition: Object.entries(all).map(([id, Op]) => ({ id, op: { Op } })),
        digestMapping: Object.fromEntries(Object.keys(all).map(id => [id, id])),
      },
    }
    expect(cacheNote({ ...cached('A'), steps, provenance })).toEqual([expect.stringContaining('took 2 of its 2')])
  })
  test('B never may, whatever it says', () =>
    expect(auditSides(build('A'), cached('B'))).toEqual(["Build B answered 'RUN x' from a cache."]))
  test('and A not when nobody asked for it', () =>
    expect(auditSides({ ...cached('A'), fromCache: false }, build('B'))).toHaveLength(1))
})

test('images of no layers prove nothing by being equal', () => {
  expect(emptyDoubt(0, 'identical')).toEqual([expect.stringContaining('not one file was compared')])
  expect(emptyDoubt(0, 'different')).toEqual([])
  expect(emptyDoubt(1, 'identical')).toEqual([])
})
