// The action in the mode drift, as a runner runs it on a schedule: what it tells, and the one issue that it keeps.
import { randomUUID } from 'node:crypto'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { bundleAction, forget, type GateResult, gateAction } from '../action/gate-action.ts'
import type { GitHubDouble } from '../doubles/github/github-double.ts'
import type { State } from '../doubles/github/state.ts'
import { docker } from './builders.ts'
import { baseImage, describeWithEngine, engineEnvironment } from './engine.ts'
import { makeRepository } from './served.ts'

describeWithEngine('drift, in the action', () => {
  const root = mkdtempSync(join(tmpdir(), 'drift-action-'))
  const mine = randomUUID()
  const registry = process.env.REPRO_GATE_REGISTRY ?? 'localhost:5000'
  const tag = `${registry}/drift-action-${mine}:1`
  const network = process.env.REPRO_GATE_RUN_NETWORK
  const lost = `E: Version '1.0-1' for 'libthing' was not found`
  const folders = [root]
  const offered = join(root, 'offered')
  let actionDir: string
  let commit: string
  /** GitHub's own, from one run to the next. */
  let known: Pick<State, 'issues' | 'comments'> = { issues: {}, comments: {} }

  const run = async (mode: string, inputs: Record<string, string> = {}): Promise<GateResult> => {
    let github: GitHubDouble | undefined
    const result = await gateAction({
      ...{ actionDir, env: engineEnvironment(), event: {}, seed: structuredClone(known) },
      pull: { root, workspace: join(root, 'app'), headSha: commit, mergeSha: commit },
      github: { event_name: 'schedule', sha: commit, ref: 'refs/heads/main', head_ref: '', base_ref: '' },
      prepare: double => {
        github = double
      },
      inputs: {
        mode,
        context: 'image',
        ...{ record: 'out/app.record.json.gz', 'secret-files': `offered=${offered}` },
        ...(network ? { network } : {}),
        ...inputs,
      },
    })
    folders.push(result.root)
    if (github) known = { issues: github.state.issues, comments: github.state.comments }
    expect([result.problems, result.undeclaredOutputs, result.deprecated]).toEqual([[], [], []])
    return result
  }
  const drift = () => run('drift', { 'drift-issue': 'true' })
  const errors = ({ annotations }: GateResult) =>
    annotations.filter(({ level, file }) => level === 'error' && !file).map(({ message }) => message)
  const issues = () => Object.values(known.issues).map(({ number, state, title }) => [number, state, title])
  const wrote = ({ operations }: GateResult) =>
    operations.filter(name => /^issues\/(?:create|update|create-comment)$/.test(name))
  const push = (text: string): void => {
    const context = mkdtempSync(join(root, 'push-'))
    writeFileSync(join(context, 'Dockerfile'), `FROM ${baseImage}\nRUN echo ${text} > /etc/then\n`)
    const output = `type=image,name=${tag},push=true,store=false,rewrite-timestamp=true`
    const epoch = 'SOURCE_DATE_EPOCH=1700000000'
    // The time of a build would be in its provenance, and so in the digest of the tag.
    docker('buildx', 'build', '-q', '--provenance=false', '--build-arg', epoch, '--output', output, context)
  }
  /** As it was when the image was recorded: what is outside of it is in a secret, which is no input. */
  const world = (): void => {
    push(mine)
    writeFileSync(offered, randomUUID())
  }

  beforeAll(async () => {
    actionDir = bundleAction()
    folders.push(actionDir)
    world()
    commit = makeRepository(join(root, 'app'), {
      'image/Dockerfile': [
        `FROM ${tag}`,
        'COPY a /a',
        `RUN --mount=type=secret,id=offered test $(wc -c < /run/secrets/offered) = 36 || (echo "${lost}" >&2; exit 100)`,
        '',
      ].join('\n'),
      'image/a': mine,
    })
    const recorded = await run('record')
    expect([recorded.outcome, errors(recorded)]).toEqual(['success', []])
  })
  // Jest tries once more.
  beforeEach(() => {
    world()
    known = { issues: {}, comments: {} }
  })
  afterAll(() => forget(...folders))

  test('nothing has changed: the same, and no issue', async () => {
    const result = await drift()
    expect([result.outcome, errors(result), result.report?.doubts]).toEqual(['success', [], []])
    expect(result.outputs).toMatchObject({ drift: 'same', verdict: 'reproducible', level: 'identical' })
    expect(result.report?.drift).toMatchObject({ kind: 'same', commit })
    expect(result.summary).toContain(commit.slice(0, 12))
    expect([issues(), wrote(result)]).toEqual([[], []])
  })

  test('it cannot be built: one issue, however often it is seen, and closed when all is well', async () => {
    writeFileSync(offered, 'no-more-of-that')
    const gone = await drift()
    expect([gone.outcome, gone.outputs.drift, gone.outputs.verdict, gone.outputs.digest]).toEqual([
      ...['failure', 'cannot-build', 'undecided', ''],
    ])
    expect(errors(gone)).toEqual([
      expect.stringMatching(/cannot be built any more.*package libthing 1\.0-1 is not there any more/),
    ])
    expect(gone.summary).toMatch(/It cannot be built any more[\s\S]*libthing 1\.0-1/)
    expect(gone.checkRuns[0]?.annotations).toContainEqual(
      expect.objectContaining({ path: 'image/Dockerfile', start_line: 3, annotation_level: 'failure' }),
    )
    const open = [[1, 'open', 'Drift: image/Dockerfile cannot be built any more']]
    expect([issues(), wrote(gone)]).toEqual([open, ['issues/create']])
    expect(known.issues[1].body).toContain('libthing 1.0-1')

    const again = await drift()
    expect([again.outputs.drift, issues(), wrote(again)]).toEqual(['cannot-build', open, []])

    writeFileSync(offered, randomUUID())
    const well = await drift()
    expect([well.outcome, well.outputs.drift]).toEqual(['success', 'same'])
    expect(issues()).toEqual([[1, 'closed', 'Drift: image/Dockerfile cannot be built any more']])
    expect(known.comments[1]).toMatchObject([{ body: expect.stringContaining('same image again') }])
  })

  test('the base tag moved: the image of then is proven, and the tag told', async () => {
    push('other')
    const result = await drift()
    expect(result.outputs).toMatchObject({ drift: 'base-moved', verdict: 'reproducible', level: 'identical' })
    expect(result.report?.findings).toMatchObject([{ id: 'base-tag-moved', level: 'warning', location: { line: 1 } }])
    expect(result.summary).toContain(tag)
    expect([result.outcome, errors(result)]).toEqual(['success', []])
  })
})
