// The action in the modes record and verify, as a runner runs it, against a real engine.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { bundleAction, everythingSaid, forget, type GateResult, gateAction } from '../action/gate-action.ts'
import { type PullRequest, pullRequest, times } from '../action/pull-request.ts'
import { docker } from './builders.ts'
import { baseImage, describeWithEngine, engineEnvironment } from './engine.ts'

describeWithEngine('record and verify, in the action', () => {
  const mine = `${Date.now()}-${process.pid}`
  const folders: string[] = []
  let actionDir: string
  let same: PullRequest
  let recorded: GateResult
  let file: string
  const from = (...lines: string[]): string => `${[`FROM ${baseImage}`, ...lines].join('\n')}\n`
  const pull = (dockerfile: string): PullRequest => {
    const made = pullRequest({ 'app/Dockerfile': dockerfile, 'app/page': mine }, 2)
    folders.push(made.root)
    return made
  }
  const network = process.env.REPRO_GATE_RUN_NETWORK
  const run = async (opened: PullRequest, inputs: Record<string, string>): Promise<GateResult> => {
    const result = await gateAction({
      ...{ actionDir, pull: opened, env: engineEnvironment() },
      inputs: { context: 'app', ...(network ? { network } : {}), ...inputs },
    })
    folders.push(result.root)
    return result
  }
  const record = (opened: PullRequest, inputs: Record<string, string> = {}) =>
    run(opened, { mode: 'record', record: 'out/app.record.json.gz', ...inputs })
  const verify = (opened: PullRequest, inputs: Record<string, string>) => run(opened, { mode: 'verify', ...inputs })
  const errors = ({ annotations }: GateResult) =>
    annotations.filter(({ level, file: of }) => level === 'error' && !of).map(({ message }) => message)
  const digest = expect.stringMatching(/^sha256:[0-9a-f]{64}$/)
  const nothingReleased = { release: '', 'subject-name': '', 'subject-digest': '', subjects: '' }

  beforeAll(async () => {
    actionDir = bundleAction()
    folders.push(actionDir)
    same = pull(from('COPY page /page', 'RUN cat /page > /copy'))
    recorded = await record(same)
    file = join(same.workspace, 'out/app.record.json.gz')
  })
  afterAll(() => forget(...folders))

  test('record: writes the file, names it and its digests, and claims no verdict', () => {
    expect([recorded.outcome, errors(recorded), recorded.undeclaredOutputs]).toEqual(['success', [], []])
    expect(recorded.outputs).toEqual({
      ...{ record: 'out/app.record.json.gz', digest, 'config-digest': digest, findings: '0' },
    })
    expect(JSON.parse(gunzipSync(readFileSync(file)).toString())).toMatchObject({
      kind: 'repro-gate-record',
      inputs: { epoch: times.head, commit: same.headSha },
    })
    expect([recorded.checkRuns, recorded.left]).toEqual([[], []])
  })

  test('verify: the same image passes, in a check run, with the digest that is proven', async () => {
    const result = await verify(same, { record: file })
    expect([result.outcome, errors(result)]).toEqual(['success', []])
    expect(result.outputs).toMatchObject({
      ...{ verdict: 'reproducible', reproducible: 'true', level: 'identical', logs: '', ...nothingReleased },
      ...{ digest: recorded.outputs.digest, 'config-digest': recorded.outputs['config-digest'] },
    })
    expect(result.undeclaredOutputs).toEqual([])
    expect(result.checkRuns).toMatchObject([{ head_sha: same.headSha, conclusion: 'success' }])
    expect(result.summary).toMatch(/held against a record of another build/)
    expect([result.problems, result.left.filter(name => !name.startsWith('repro-gate-report-'))]).toEqual([[], []])
  })

  test('verify: another image of the same inputs fails under its own title, at its line', async () => {
    const opened = pull(from('RUN head -c 12 /dev/urandom | base64 > /token', 'COPY page /page'))
    await record(opened)
    const result = await verify(opened, { record: 'out/app.record.json.gz' })
    expect(result.outcome).toBe('failure')
    expect(errors(result)).toEqual([
      'Not reproducible: this build is not the image that it was held against. The job summary says where they differ.',
    ])
    expect(result.outputs).toMatchObject({ verdict: 'not-reproducible', reproducible: 'false', digest: '' })
    expect(result.checkRuns[0]?.annotations).toContainEqual(
      expect.objectContaining({ path: 'app/Dockerfile', start_line: 2, annotation_level: 'failure' }),
    )
    expect(result.outputs.logs).toMatch(/\.log$/m)
  })

  test('verify: other inputs are undecided, and the title says which', async () => {
    const opened = pull(from('COPY page /page', 'RUN cat /page > /copy', 'RUN true'))
    const result = await verify(opened, { record: file })
    expect(result.outputs).toMatchObject({ verdict: 'undecided', reproducible: 'unknown', digest: '' })
    expect(errors(result)).toEqual([expect.stringMatching(/^Undecided: .*The Dockerfile differs from line 4 on/)])
    expect(result.checkRuns).toMatchObject([{ conclusion: 'failure' }])
  })

  test('verify: a digest that was expected, and another one', async () => {
    const right = await verify(same, { 'expected-digest': recorded.outputs.digest ?? '' })
    expect(right.outputs).toMatchObject({ verdict: 'reproducible', digest: recorded.outputs.digest })
    const wrong = await verify(same, { 'expected-digest': `sha256:${'0'.repeat(64)}`, 'fail-on': 'never' })
    expect([wrong.outcome, wrong.outputs.verdict, wrong.outputs.digest]).toEqual(['success', 'not-reproducible', ''])
  })

  test('verify: a hostile record is data: refused where it is none, and never obeyed', async () => {
    const text = gunzipSync(readFileSync(file)).toString()
    const place = join(same.workspace, 'hostile.json.gz')
    const refused = async (bytes: Buffer | string): Promise<string[]> => {
      writeFileSync(place, bytes)
      const result = await verify(same, { record: 'hostile.json.gz' })
      expect(result.outputs).toMatchObject({ verdict: 'undecided', reproducible: 'unknown', digest: '', report: '' })
      expect([result.outcome, result.deprecated, result.checkRuns]).toEqual(['failure', [], []])
      return errors(result)
    }
    expect(await refused('::set-output name=verdict::reproducible\n')).toEqual([expect.stringMatching(/is no record/)])
    expect(await refused(gzipSync(text.slice(0, -60)))).toEqual([expect.stringMatching(/is no record/)])
    expect(await refused(gzipSync(text.replace(/"schemaVersion":1/, '"schemaVersion":2')))).toHaveLength(1)
    // It is read before anything is built: nobody waits for a build to be told.
    expect(await refused(gzipSync(Buffer.alloc(64 * 1024 * 1024)))).toEqual([expect.stringMatching(/is no record/)])
    const evil = text.replace(/("instruction":")[^"]*/g, '$1::set-output name=verdict::reproducible\\n##[error]forged')
    expect(evil).not.toBe(text)
    writeFileSync(place, gzipSync(evil))
    const result = await verify(same, { record: 'hostile.json.gz' })
    expect([result.outputs.verdict, result.deprecated, result.errors]).toEqual(['reproducible', [], []])
    expect(result.annotations.filter(({ message }) => message.includes('forged'))).toEqual([])
  })

  test('record: a build that fails, and an image that holds a secret, leave no file and say why', async () => {
    const shout = `printf '%s\\n' '::set-output name=record::/forged' '::error::forged'`
    const failing = await record(pull(from(`RUN ${shout}; exit 7`)))
    expect(failing.outcome).toBe('failure')
    expect(errors(failing)).toEqual([expect.stringMatching(/^No record was written: .*exit code:? 7/)])
    expect(failing.outputs).toMatchObject({ record: '', digest: '', 'config-digest': '', findings: '1' })
    expect(failing.deprecated).toEqual([])
    const telling = pull(from('ARG API_TOKEN', 'RUN echo "$API_TOKEN" | wc -c > /length'))
    const result = await record(telling, {
      'build-args': 'API_TOKEN=never-to-be-told-7',
      secrets: 'x=never-to-be-told-7',
    })
    expect(errors(result)).toEqual([expect.stringMatching(/^No record was written: .*holds the value of a secret/)])
    expect(existsSync(join(telling.workspace, 'out/app.record.json.gz'))).toBe(false)
    expect(everythingSaid(result)).not.toContain('to-be-told-7')
  })

  test('several platforms: each in one record, and each held against its own', async () => {
    const native = /^Platforms:\s+([^,*\s]+)/m.exec(docker('buildx', 'inspect'))?.[1] ?? 'linux/amd64'
    const foreign = native === 'linux/arm64' ? 'linux/amd64' : 'linux/arm64'
    const lines = (last: string): string =>
      [
        `FROM --platform=$BUILDPLATFORM ${baseImage} AS tools`,
        ...['ARG TARGETPLATFORM', `RUN ${last}`, 'FROM scratch', 'COPY --from=tools /made /', 'COPY page /page', ''],
      ].join('\n')
    const platforms = `${native},${foreign}`
    const opened = pull(lines('echo "$TARGETPLATFORM" > /made'))
    const both = await record(opened, { platforms })
    expect([errors(both), both.outputs.digest?.split('\n').length]).toEqual([[], 2])
    const record1 = { record: 'out/app.record.json.gz' }
    const all = await verify(opened, { ...record1, platforms })
    expect([all.outputs.verdict, all.outputs.digest]).toEqual(['reproducible', both.outputs.digest])
    const one = await verify(opened, { ...record1, platforms: foreign })
    expect([one.outputs.verdict, one.outputs.digest]).toEqual(['reproducible', both.outputs.digest?.split('\n')[1]])
    // What the record does not have is not decided, whatever came of the others.
    await record(opened, { platforms: native })
    const lacking = await verify(opened, { ...record1, platforms })
    expect(lacking.outputs).toMatchObject({ verdict: 'undecided', digest: '' })
    expect(lacking.report?.doubts).toEqual([expect.stringContaining(`The record has no image for ${foreign}`)])
    const differing = pull(
      lines(`if [ $TARGETPLATFORM = ${foreign} ]; then date +%N > /made; else echo made > /made; fi`),
    )
    await record(differing, { platforms })
    const half = await verify(differing, { ...record1, platforms })
    expect(half.outputs).toMatchObject({ verdict: 'not-reproducible', digest: '' })
    // Of the stage behind the COPY a record holds nothing.
    expect(half.report?.findings.map(({ location }) => location?.line)).toEqual([5])
    expect(half.report?.entries?.list.map(({ platform, path }) => [platform, path])).toEqual([[foreign, 'made']])
  })

  test('what is for two builds is refused, before anything is built', async () => {
    const result = await record(same, { variations: 'all', push: 'true', tags: 'a/b:c' })
    expect(errors(result).join('\n')).toMatch(/variations .*record builds once/)
    expect(result.outputs).toMatchObject({ verdict: 'undecided' })
  })
})
