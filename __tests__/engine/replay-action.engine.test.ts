// The action in the mode replay, as a runner runs it: of a record, and of an image by the provenance beside it.
import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { bundleAction, forget, type GateResult, gateAction } from '../action/gate-action.ts'
import { baseImage, describeWithEngine, engineEnvironment, networkFlags } from './engine.ts'
import { makeRepository, type Served, serve } from './served.ts'

describeWithEngine('replay, in the action', () => {
  const root = mkdtempSync(join(tmpdir(), 'replay-action-'))
  const mine = randomUUID()
  const image = `${process.env.REPRO_GATE_REGISTRY ?? 'localhost:5000'}/replay-action-${mine}`
  const network = process.env.REPRO_GATE_RUN_NETWORK
  const folders = [root]
  const workspace = join(root, 'elsewhere')
  let served: Served
  let actionDir: string
  let commit: string
  let recorded: GateResult

  const run = async (inputs: Record<string, string>): Promise<GateResult> => {
    const result = await gateAction({
      ...{ actionDir, env: engineEnvironment(), event: {} },
      pull: { root, workspace, headSha: commit, mergeSha: commit },
      github: { event_name: 'workflow_dispatch', sha: commit, ref: 'refs/heads/main', head_ref: '', base_ref: '' },
      inputs: { ...(network ? { network } : {}), ...inputs },
    })
    folders.push(result.root)
    expect([result.problems, result.undeclaredOutputs, result.deprecated]).toEqual([[], [], []])
    return result
  }
  const repository = (name: string): string => `${served.address}/git/${name}.git`
  const record = (name: string) =>
    run({ mode: 'record', context: `${repository(name)}#main:image`, record: `${name}.record.json.gz` })
  const replay = (inputs: Record<string, string>) => run({ mode: 'replay', ...inputs })
  const errors = ({ annotations }: GateResult) =>
    annotations.filter(({ level, file }) => level === 'error' && !file).map(({ message }) => message)

  beforeAll(async () => {
    served = await serve(root, (_, response) => void response.writeHead(404).end())
    actionDir = bundleAction()
    folders.push(actionDir)
    // No checkout of what is replayed: that is brought from where it came from.
    mkdirSync(workspace)
    const files = (last: string) => ({
      'image/Dockerfile': `FROM ${baseImage}\nARG VERSION=1\nCOPY page /page\nRUN ${last} > /made\n`,
      'image/page': mine,
    })
    commit = makeRepository(join(root, 'app'), files('echo "$VERSION"'))
    makeRepository(join(root, 'random'), files('head -c 12 /dev/urandom | base64'))
    recorded = await record('app')
    expect([recorded.outcome, errors(recorded)]).toEqual(['success', []])
  })
  afterAll(async () => {
    await served?.stop()
    forget(...folders)
  })

  test('of a record of a repository: proven, with the digest, and told from what', async () => {
    const result = await replay({ record: 'app.record.json.gz', context: repository('app') })
    expect([result.outcome, errors(result), result.report?.doubts]).toEqual(['success', [], []])
    expect(result.outputs).toMatchObject({
      ...{ verdict: 'reproducible', reproducible: 'true', level: 'identical', drift: '' },
      ...{ digest: recorded.outputs.digest, 'config-digest': recorded.outputs['config-digest'] },
    })
    expect(result.summary).toContain('Built again from')
    expect(result.report?.notes.join()).toContain(`${repository('app')}#${commit}:image, as the record says`)
    expect(result.left.filter(name => !name.startsWith('repro-gate-report-'))).toEqual([])
  })

  test('of an image with its provenance: its own arguments are taken', async () => {
    const output = `type=image,name=${image}:max,push=true,store=false,oci-mediatypes=true,rewrite-timestamp=true`
    const args = ['SOURCE_DATE_EPOCH=1704164645', 'VERSION=7'].flatMap(arg => ['--build-arg', arg])
    // Not in step: the server is in this very process.
    await promisify(execFile)(
      'docker',
      [
        ...['buildx', 'build', '--quiet', ...networkFlags, ...args, '--provenance=mode=max', '--output', output],
        `${repository('app')}#main:image`,
      ],
      { env: engineEnvironment(), timeout: 200_000 },
    )
    const result = await replay({ against: `${image}:max`, context: repository('app') })
    expect([result.outcome, errors(result), result.report?.doubts]).toEqual(['success', [], []])
    expect(result.outputs).toMatchObject({ verdict: 'reproducible', reproducible: 'true' })
    expect(result.report?.scope?.against).toMatchObject({ kind: 'image' })
    expect(result.summary).toContain('whose signature was not looked at')
  })

  test('another image comes of it: fails under its own title, and the line is told', async () => {
    await record('random')
    const result = await replay({ record: 'random.record.json.gz', context: repository('random') })
    expect(result.outputs).toMatchObject({ verdict: 'not-reproducible', reproducible: 'false', digest: '' })
    expect([result.outcome, errors(result)]).toEqual([
      'failure',
      [
        'Not reproducible: this build is not the image that it was held against. The job summary says where they differ.',
      ],
    ])
    expect(result.report?.findings[0]).toMatchObject({ location: { line: 4 }, paths: ['made'] })
  })

  test('a refusal says why in the title and the summary, and claims nothing', async () => {
    copyFileSync(join(workspace, 'app.record.json.gz'), join(workspace, 'copy.json.gz'))
    // An address of this network is asked only where it is named.
    const result = await replay({ record: 'copy.json.gz' })
    expect(errors(result)).toEqual([expect.stringContaining(`--context ${repository('app')}`)])
    expect(result.outputs).toMatchObject({ verdict: 'undecided', reproducible: 'unknown', digest: '', report: '' })
    expect([result.outcome, result.checkRuns]).toEqual(['failure', []])
    expect(result.summary).toMatch(/Undecided: wrong input[\s\S]*--context http/)
  })
})
