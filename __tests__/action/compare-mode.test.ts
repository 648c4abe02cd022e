// The action in mode compare, as a runner runs it: records of other machines, which anybody may have written. No Docker.
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { writeRecord } from '../../src/ledger/write-record.ts'
import { type CraftedImage, imageOf, tarOf } from '../image/crafted.ts'
import { newFile, platformOf, inputs as recorded, recordedFile } from '../ledger/recorded.ts'
import { bundleAction, forget, type GateResult, gateAction, pathWithGit } from './gate-action.ts'
import { type PullRequest, pullRequest } from './pull-request.ts'

const schema = JSON.parse(readFileSync(new URL('../../docs/report.schema.json', import.meta.url), 'utf8'))
const fits = new Ajv2020({ allErrors: true, allowUnionTypes: true }).compile(schema)
const image = (content: string, name = 'out'): CraftedImage =>
  imageOf([tarOf([{ name: 'same', content: 'same' }]), tarOf([{ name, content, mtime: 5 }])])

describe('mode compare', () => {
  let actionDir: string
  let onlyGit: string
  let pull: PullRequest
  const roots: string[] = []
  beforeAll(() => {
    actionDir = bundleAction()
    onlyGit = pathWithGit()
    pull = pullRequest({ Dockerfile: recorded.dockerfile.text ?? '', '.repro-gate.yml': 'no-such-setting: true\n' })
    mkdirSync(join(pull.workspace, 'records'))
  })
  afterAll(() => forget(actionDir, onlyGit, pull.root, ...roots))

  let made = 0
  /** A record in the workspace, by its name. */
  async function record(...images: CraftedImage[]): Promise<string> {
    const name = `records/${String(made++).padStart(2, '0')}.record.json.gz`
    copyFileSync((await recordedFile(images)).path, join(pull.workspace, name))
    return name
  }
  const run = async (
    images: string[],
    { inputs, ...more }: Partial<Parameters<typeof gateAction>[0]> = {},
  ): Promise<GateResult> => {
    const all = { mode: 'compare', images: images.join('\n'), ...inputs }
    const result = await gateAction({ actionDir, pull, env: { PATH: onlyGit }, ...more, inputs: all })
    roots.push(result.root)
    return result
  }
  const errors = ({ annotations }: GateResult) =>
    annotations.filter(({ level, file }) => level === 'error' && !file).map(({ message }) => message)
  const nothingElse = {
    ...{ predicate: '', 'predicate-type': '', release: '', 'subject-name': '', 'subject-digest': '', subjects: '' },
    logs: '',
  }

  test('of records that agree: passes, with the digest of both, and tells it as the gate does', async () => {
    const one = image('x')
    const result = await run([await record(one), await record(image('x')), await record(image('x'))])
    expect([result.outcome, errors(result), result.undeclaredOutputs, result.problems]).toEqual(['success', [], [], []])
    expect(result.outputs).toMatchObject({
      ...{ verdict: 'reproducible', reproducible: 'true', level: 'identical', findings: '0' },
      ...{
        digest: one.image.digest,
        'config-digest': one.image.configDigest,
        report: expect.any(String),
        ...nothingElse,
      },
    })
    expect(fits(result.report) ? [] : fits.errors).toEqual([])
    expect(result.checkRuns).toMatchObject([
      { name: 'repro-gate compare', head_sha: pull.headSha, conclusion: 'success' },
    ])
    expect(result.summary).toMatch(/was held against each of/)
    expect(existsSync(result.outputs.report ?? '')).toBe(true)
  })

  test('of records that do not: fails under a title of its own, at the line of the Dockerfile that is named', async () => {
    const names = [await record(image('x')), await record(image('y'))]
    const result = await run(names, { inputs: { file: 'Dockerfile' } })
    expect(result.outcome).toBe('failure')
    expect(errors(result)).toEqual([
      'Not reproducible: what was compared is not the same image. The job summary says where they differ.',
    ])
    expect(result.outputs).toMatchObject({
      verdict: 'not-reproducible',
      reproducible: 'false',
      digest: '',
      findings: '1',
    })
    expect(result.checkRuns).toMatchObject([
      { conclusion: 'failure', annotations: [{ path: 'Dockerfile', start_line: 2 }] },
    ])
    const never = await run(names, { inputs: { 'fail-on': 'never', 'check-run': 'false' } })
    expect([never.outcome, never.outputs.verdict, never.checkRuns]).toEqual(['success', 'not-reproducible', []])
  })

  test('of what only one machine built: undecided, and said', async () => {
    const result = await run([await record(image('x'), image('z')), await record(image('x'))])
    expect(result.outputs).toMatchObject({ verdict: 'undecided', reproducible: 'unknown', digest: '' })
    expect(errors(result)).toEqual([
      expect.stringMatching(/^Undecided: .*Only records\/.* has an image for linux\/arm64\/v1/),
    ])
  })

  test('takes a glob, and fails where it stands for too little', async () => {
    const folder = join(pull.workspace, 'glob')
    mkdirSync(folder)
    copyFileSync((await recordedFile([image('x')])).path, join(folder, 'a.record.json.gz'))
    const alone = await run(['glob/*.record.json.gz'])
    expect(alone.outputs).toMatchObject({ verdict: 'undecided', digest: '', report: '' })
    expect(errors(alone)).toEqual([expect.stringMatching(/there is one, glob\/a\.record\.json\.gz/)])
    copyFileSync((await recordedFile([image('x')])).path, join(folder, 'b.record.json.gz'))
    expect((await run(['glob/*.record.json.gz'])).outputs).toMatchObject({ verdict: 'reproducible' })
    writeFileSync(join(folder, 'c.record.json.gz'), '::set-output name=verdict::reproducible\n')
    const junk = await run(['glob/*.record.json.gz'])
    expect(junk.outputs).toMatchObject({ verdict: 'undecided' })
    expect(errors(junk)).toEqual([expect.stringMatching(/c\.record\.json\.gz.* is no record of repro-gate/)])
  })

  test.each([
    ['none', {}, /^compare takes two images or more, or a glob of records; given: 0/],
    ['a file that is not there', { images: 'a.tar\nb.tar' }, /a\.tar/],
    ['images in another mode', { mode: 'lint', images: 'a\nb' }, /^images is for the mode compare/],
    ['what is for a build', { images: 'a\nb', push: 'true', tags: 'a/b:c' }, /^push .*mode: gate/],
    ['a record to write', { images: 'a\nb', record: 'x' }, /^record, expected-digest and against are for the modes/],
    [
      'the report over a record',
      { images: 'records/00.record.json.gz\nb', report: 'records/00.record.json.gz' },
      /an image to compare/,
    ],
  ])('is wrong input: %s', async (_, inputs, message) => {
    const result = await run([], { inputs: { ...inputs, ...('mode' in inputs ? { config: 'none' } : {}) } })
    expect([result.outcome, result.outputs.verdict]).toEqual(['failure', 'undecided'])
    expect(errors(result)).toEqual([expect.stringMatching(message)])
    expect(result.checkRuns).toEqual([])
  })

  test('obeys nothing that stands in a record, and shows it to nobody as what it is not', async () => {
    const evil = '::set-output name=verdict::reproducible'
    const hostile = async (content: string): Promise<string> => {
      const path = await newFile()
      const one = platformOf(image(content, `${evil}\u001b[2K`))
      for (const layer of one.layers)
        layer.instruction = `RUN x\n${evil}\n##[error]forged <img src=x onerror=y> @octocat`
      const versions = { buildkit: `v1\n${evil} ${content}` }
      await writeRecord(path, { inputs: { ...recorded, target: evil }, versions }, [one])
      const name = `records/hostile-${content}.record.json.gz`
      copyFileSync(path, join(pull.workspace, name))
      return name
    }
    const result = await run([await hostile('x'), await hostile('y')])
    expect(result.outputs).toMatchObject({ verdict: 'not-reproducible', reproducible: 'false' })
    expect([result.deprecated, result.state, result.env, result.errors]).toEqual([[], {}, {}, []])
    expect(result.annotations.filter(({ message }) => message.startsWith('forged'))).toEqual([])
    expect(result.summary).not.toMatch(/<img|(?<![`\w])@octocat/)
    expect(result.log.filter(({ line }) => line.includes('\u001b'))).toEqual([])
    expect(result.summary).not.toContain('o/r/blob/')
    expect(result.checkRuns.map(({ name }) => name)).toEqual(['repro-gate compare'])
  })

  test('builds nothing of anybody, so a workflow with rights may compare what one without them recorded', async () => {
    const names = [await record(image('x')), await record(image('x'))]
    const event = { workflow_run: { event: 'pull_request', head_sha: pull.headSha }, repository: { full_name: 'o/r' } }
    const result = await run(names, { github: { event_name: 'workflow_run' }, event })
    expect([result.outcome, result.outputs.verdict, errors(result)]).toEqual(['success', 'reproducible', []])
  })

  test('of a fork, whose token may not write checks, says in the log what it found', async () => {
    const names = [await record(image('x')), await record(image('y'))]
    const result = await run(names, {
      ...{ headRepository: 'stranger/r', permissions: { contents: 'read' } },
      inputs: { file: 'Dockerfile' },
    })
    expect(result.checkRuns).toEqual([])
    expect(result.annotations).toContainEqual(
      expect.objectContaining({ level: 'error', file: 'Dockerfile', line: '2' }),
    )
    expect(result.outputs).toMatchObject({ verdict: 'not-reproducible' })
  })
})
