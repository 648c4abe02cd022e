// What later steps are told of a published image: outputs, the runner's list of artifacts, and the statement made of them.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { declareArtifacts } from '../../src/github/artifacts.ts'
import { setOutputs } from '../../src/github/outputs.ts'
import { predicateTypes, renderPredicate } from '../../src/report/predicate.ts'
import type { Report } from '../../src/report/report.ts'
import type { Scope } from '../../src/verdict.ts'
import { statementProblems } from '../report/attestation/definition.ts'
import { notReleased, released } from '../report/release-reports.ts'
import { digest, reproducible } from '../report/reports.ts'

let folder = ''
const before = process.env.GITHUB_OUTPUT
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'released-'))
  process.env.GITHUB_OUTPUT = join(folder, 'outputs')
  writeFileSync(join(folder, 'outputs'), '')
})
afterEach(() => {
  rmSync(folder, { recursive: true })
  if (before === undefined) delete process.env.GITHUB_OUTPUT
  else process.env.GITHUB_OUTPUT = before
})

function outputsOf(report: Report | null, wasRead = false): Record<string, string> {
  writeFileSync(join(folder, 'outputs'), '')
  setOutputs(report, { report: '/r/report.json', predicate: '/r/predicate.json' }, wasRead)
  const text = readFileSync(join(folder, 'outputs'), 'utf8')
  const all = text.matchAll(/^([\w-]+)<<(ghadelimiter_\S+)\n(?:([\s\S]*?)\n)?\2$/gm)
  return Object.fromEntries([...all].map(([, name = '', , value = '']) => [name, value]))
}

const [a] = reproducible.builds
const image = (repository: string, platform: string, one: string) => ({
  ...{ repository, platform, digest: digest(one), configDigest: digest(`${one}c`) },
})
const severalPlatforms: Report = {
  ...released,
  release: {
    ...{ state: 'published', problem: null, digest: digest('1de'), tags: [], notes: [] },
    images: ['ghcr.io/o/app', 'docker.io/o/app'].flatMap(name => [
      image(name, 'linux/amd64', 'a1'),
      image(name, 'linux/arm64', 'a2'),
    ]),
  },
}
const severalImages: Report = {
  ...released,
  release: {
    ...{ state: 'published', problem: null, digest: null, tags: [], notes: [] },
    digests: [
      { image: 'web', digest: digest('a1') },
      { image: 'worker', digest: digest('a2') },
      { image: 'cron', digest: digest('a3') },
    ],
    images: [
      { image: 'web', ...image('ghcr.io/o/web', 'linux/amd64', 'a1') },
      { image: 'worker', ...image('ghcr.io/o/all', 'linux/amd64', 'a2') },
      { image: 'cron', ...image('ghcr.io/o/all', 'linux/amd64', 'a3') },
    ],
  },
}
const hex = (text: string) => digest(text).replace('sha256:', '')

describe('the outputs', () => {
  test('name what actions/attest is to sign', () => {
    expect(outputsOf(released)).toMatchObject({
      ...{ release: 'published', predicate: '/r/predicate.json', report: '/r/report.json' },
      ...{ 'subject-name': 'ghcr.io/o/app', 'subject-digest': a?.digest },
      subjects: `${a?.digest.replace('sha256:', '')}  ghcr.io/o/app`,
    })
  })

  test('of several platforms and registries name the index first, and then each image', () => {
    const { subjects, ...outputs } = outputsOf(severalPlatforms)
    expect(outputs).toMatchObject({ 'subject-name': 'ghcr.io/o/app', 'subject-digest': digest('1de') })
    expect(subjects?.split('\n')).toEqual(
      ['ghcr.io/o/app', 'docker.io/o/app'].flatMap(name => [
        `${hex('1de')}  ${name}`,
        `${hex('a1')}  ${name}`,
        `${hex('a2')}  ${name}`,
      ]),
    )
  })

  test('of several images name all of them, and none as the one', () => {
    expect(outputsOf(severalImages)).toMatchObject({
      ...{ 'subject-name': '', 'subject-digest': '' },
      subjects: [`${hex('a1')}  ghcr.io/o/web`, `${hex('a2')}  ghcr.io/o/all`, `${hex('a3')}  ghcr.io/o/all`].join(
        '\n',
      ),
    })
  })

  test('of one build that was held against a published image name that image', () => {
    const against = { kind: 'image', name: 'ghcr.io/o/app:1.2.0' } as const
    const { results: _, ...rest } = reproducible
    const scope = { ...(reproducible.scope as Scope), machines: 'unknown' as const, against }
    const content: Report = {
      ...{ ...rest, scope, command: 'compare', level: 'same-content' },
      builds: reproducible.builds.map(one => (one.side === 'A' ? one : { ...one, digest: digest('b1') })),
    }
    const subject = { 'subject-name': 'ghcr.io/o/app', 'subject-digest': digest('b1'), release: '' }
    expect(outputsOf(content)).toMatchObject({ ...subject, subjects: `${hex('b1')}  ghcr.io/o/app`, digest: a?.digest })
    const arm = content.builds.map(one => ({ ...one, platform: 'linux/arm64' }))
    const several = outputsOf({ ...content, builds: [...content.builds, ...arm] })
    expect(several).toMatchObject({ 'subject-name': '', 'subject-digest': '' })
    expect(several.subjects?.split('\n')).toHaveLength(2)
    for (const [report, wasRead] of [
      [content, true],
      [{ ...content, verdict: 'undecided' }, false],
      [{ ...content, scope: { ...scope, against: { ...against, name: './out/app.tar' } } }, false],
    ] as const)
      expect(outputsOf(report as Report, wasRead)).toMatchObject({ 'subject-name': '', subjects: '' })
  })

  test.each<[string, Report | null, boolean]>([
    ['not released', notReleased, false],
    ['not to be released', reproducible, false],
    ['only read', released, true],
    ['without a report', null, false],
  ])('name nothing of what is %s', (_, report, wasRead) => {
    expect(outputsOf(report, wasRead)).toMatchObject({ 'subject-name': '', 'subject-digest': '', subjects: '' })
  })
})

describe('the statement that actions/attest makes of them', () => {
  // As actions/attest reads `subject-checksums`, and as @actions/attest puts the parts together.
  const statementOf = (report: Report, kind: keyof typeof predicateTypes = 'scai') => ({
    _type: 'https://in-toto.io/Statement/v1',
    subject: (outputsOf(report).subjects ?? '').split('\n').map(line => {
      const at = line.indexOf(' ')
      return { name: line.slice(at + 1).replace(/^[ *]/, ''), digest: { sha256: line.slice(0, at) } }
    }),
    predicateType: predicateTypes[kind],
    predicate: JSON.parse(renderPredicate(report, kind, { sha256: 'e'.repeat(64), at: new Date(0) }) ?? 'null'),
  })
  const results = [
    {
      ...{ image: null, platform: 'linux/amd64', verdict: 'reproducible' as const, level: 'identical' as const },
      ...{ digest: a?.digest ?? null, file: 'Dockerfile' },
    },
  ]

  test('is one by its published definition', () => {
    const statement = statementOf({ ...released, results })
    expect(statementProblems(statement)).toEqual([])
    expect(statement.subject).toEqual([
      { name: 'ghcr.io/o/app', digest: statement.predicate.attributes[0].target.digest },
    ])
    if (process.env.STATEMENT_TO) writeFileSync(process.env.STATEMENT_TO, JSON.stringify(statement))
  })

  test.each(['svr', 'vsa'] as const)('is one by its published definition where it is a %s, too', kind => {
    const statement = statementOf({ ...released, results }, kind)
    expect(statement.predicate.verifier.id).toMatch(/^https:/)
    expect(statementProblems(statement)).toEqual([])
    if (process.env.STATEMENT_TO) writeFileSync(`${process.env.STATEMENT_TO}.${kind}`, JSON.stringify(statement))
  })

  test('of several platforms, too', () => {
    const statement = statementOf({ ...severalPlatforms, results })
    expect(statementProblems(statement)).toEqual([])
    expect(statement.subject).toHaveLength(6)
  })

  test.each<[string, (statement: Record<string, unknown>) => unknown]>([
    ['another type', one => ({ ...one, _type: 'https://in-toto.io/Statement/v0.1' })],
    ['no subject', one => ({ ...one, subject: [] })],
    ['a subject without a digest', one => ({ ...one, subject: [{ name: 'app' }] })],
    ['a digest that is none', one => ({ ...one, subject: [{ name: 'app', digest: { sha256: 'abc' } }] })],
    ['no predicate', one => ({ ...one, predicate: null })],
    ['an attribute without a name', one => ({ ...one, predicate: { attributes: [{}] } })],
    ['a field that nobody defined', one => ({ ...one, more: 1 })],
  ])('with %s would be none', (_, change) => {
    expect(statementProblems(change(statementOf({ ...released, results })))).not.toEqual([])
  })
})

describe("the runner's list of artifacts", () => {
  const declare = async (report: Report, listed?: unknown) => {
    const [file, list] = [join(folder, 'artifacts'), join(folder, 'list')]
    writeFileSync(file, '')
    writeFileSync(list, listed === undefined ? '' : JSON.stringify(listed))
    const problems = await declareArtifacts(report, { GITHUB_ARTIFACTS: file, GITHUB_ARTIFACTS_LIST: list })
    return { problems, text: readFileSync(file, 'utf8') }
  }

  test('is told of several images, and of no name twice', async () => {
    const { problems, text } = await declare(severalImages)
    expect(text.split('\n')).toEqual([`oci://ghcr.io/o/web@${digest('a1')}`, `oci://ghcr.io/o/all@${digest('a2')}`, ''])
    expect(problems).toEqual([expect.stringMatching(/^ghcr\.io\/o\/all@sha256:\w+ was not declared/)])
  })

  test('is told what was published, in every registry', async () => {
    expect(await declare(released)).toEqual({ problems: [], text: `oci://ghcr.io/o/app@${a?.digest}\n` })
    expect((await declare(severalPlatforms)).text.split('\n')).toEqual([
      `oci://ghcr.io/o/app@${digest('1de')}`,
      `oci://docker.io/o/app@${digest('1de')}`,
      '',
    ])
  })

  test('is told nothing that would fail the step after all was published', async () => {
    const subjects = [{ name: 'ghcr.io/o/app', digest: digest('0dd'), kind: 'oci' }]
    const { problems, text } = await declare(severalPlatforms, { version: 1, subjects })
    expect(text).toBe(`oci://docker.io/o/app@${digest('1de')}\n`)
    expect(problems).toEqual([expect.stringMatching(/^ghcr\.io\/o\/app@sha256:\w+ was not declared .* another digest/)])
    const same = await declare(severalPlatforms, { subjects: [{ name: 'ghcr.io/o/app', digest: digest('1de') }] })
    expect(same.problems).toEqual([])
    for (const odd of [null, [], { subjects: 'none' }, 3]) expect((await declare(released, odd)).problems).toEqual([])
  })

  test('is told nothing of what is not published, and need not be there', async () => {
    expect((await declare(notReleased)).text).toBe('')
    expect((await declare(reproducible)).text).toBe('')
    expect(await declareArtifacts(released, {})).toEqual([])
    expect(await declareArtifacts(released, { GITHUB_ARTIFACTS: join(folder, 'no', 'file') })).toEqual([
      expect.stringMatching(/^What was published was not declared/),
    ])
  })
})
