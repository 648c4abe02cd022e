// A Dockerfile that does all it can to give its secrets away; and all that a run says or writes, on either way to run it.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { buildSync } from 'esbuild'
import { bundleAction, everythingSaid, forget, gateAction } from '../action/gate-action.ts'
import { pullRequest } from '../action/pull-request.ts'
import { knownPull } from '../trust/known-pull.ts'
import { baseImage, describeWithEngine, engineEnvironment } from './engine.ts'

const secret = 'hunter2-Sup3rSecret/&+'
const key = ['-----BEGIN LEAKED KEY-----', 'MIIBVwIBADANBgkqhkiG9w0BAQ', '-----END LEAKED KEY-----'].join('\n')
const token = 'ghp_NobodysTokenNobodysTokenNobodysToken'

/** What must be nowhere: base64 of any alignment, by what does not depend on the neighbours. */
const forms = [
  ...[secret, 'MIIBVwIBADANBgkqhkiG9w0BAQ', 'LEAKED KEY', token],
  ...[0, 1, 2].map(before =>
    Buffer.from(`${'x'.repeat(before)}${secret}`)
      .toString('base64')
      .slice(4, -4),
  ),
  ...[Buffer.from(secret).toString('hex').slice(0, 24), encodeURIComponent(secret), 'hunter2-Sup'],
]

const dockerfile = (unique: string): string =>
  [
    `FROM ${baseImage}`,
    `LABEL unique="${unique}" token="${secret}"`,
    'RUN --mount=type=secret,id=tok --mount=type=secret,id=key t=$(cat /run/secrets/tok) \\',
    ' && cat /run/secrets/tok /run/secrets/key && echo "basic $(printf %s "u:$t" | base64 -w0)" \\',
    ' && echo "$t $(date +%N)" > /leak.txt && { head -c 9 /dev/urandom; cat /run/secrets/tok; head -c 9 /dev/urandom; } > /leak.bin \\',
    ' && { base64 -w0 /run/secrets/tok; date +%N; } > /leak.b64 && { cat /run/secrets/key; date +%N; } > /leak.key \\',
    ' && mkdir -p "/d-$t" && date +%N > "/d-$t/x"',
    `RUN echo '${secret}' && date +%N > /n`,
    '',
  ].join('\n')

/** All files below a folder, and what they say; bytes of excerpts as text. */
const writtenIn = (folder: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter(name => statSync(join(folder, name)).isFile())
      .map(name => [name, withExcerpts(readFileSync(join(folder, name), 'utf8'))]),
  )

const withExcerpts = (text: string): string =>
  text +
  [...text.matchAll(/"([A-Za-z0-9+/]{8,}={0,2})"/g)]
    .map(([, found = '']) => Buffer.from(found, 'base64').toString('latin1'))
    .join('\n')

describeWithEngine('secrets', () => {
  const root = mkdtempSync(join(tmpdir(), 'secrets-engine-'))
  const folders: string[] = [root]
  const cli = join(root, 'cli.cjs')
  beforeAll(() => {
    buildSync({
      ...{ entryPoints: [join(import.meta.dirname, '../../src/cli.ts')], outfile: cli, bundle: true, platform: 'node' },
      ...{ target: 'node20', format: 'cjs', logLevel: 'error', external: ['supports-color', 'xmlbuilder2'] },
      define: { 'import.meta.url': 'bundleUrl', REPRO_GATE_VERSION: '"0.0.0"' },
      banner: { js: "const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
    })
    writeFileSync(join(root, 'key'), key)
  })
  afterAll(() => forget(...folders))
  const network = process.env.REPRO_GATE_RUN_NETWORK

  test('given on the command line are nowhere in what is said, written or kept', () => {
    const context = mkdtempSync(join(root, 'c-'))
    writeFileSync(join(context, 'Dockerfile'), dockerfile(`cli ${process.pid} ${Date.now()}`))
    const out = join(root, 'out')
    const files = ['report.json', 'r.sarif', 'r.html', 'badge.json', 'predicate.json'].map(name => join(out, name))
    const [report = '', sarif = '', html = '', badge = '', predicate = ''] = files
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [
        ...[cli, 'gate', context, '--source-date-epoch', '1700000000', '--secret', 'id=tok,env=TOK'],
        ...['--secret', `id=key,src=${join(root, 'key')}`, '--logs', join(out, 'logs'), '--report', report],
        ...['--sarif', sarif, '--html', html, '--badge', badge, '--predicate', predicate],
        ...(network ? ['--network', network] : []),
      ],
      { env: { ...engineEnvironment(), TOK: secret, GITHUB_TOKEN: token, REPRO_GATE_DEBUG: '1' }, encoding: 'utf8' },
    )
    expect({ status, stderr: stderr.slice(-2000) }).toMatchObject({ status: 1 })
    const said: Record<string, string> = { ...writtenIn(out), stdout, stderr }
    expect(Object.keys(said)).toEqual(
      expect.arrayContaining(['report.json', 'r.sarif', 'r.html', 'logs/build-A.log', 'logs/build-B.log']),
    )
    for (const [name, text] of Object.entries(said))
      for (const form of forms) expect({ name, form, at: text.indexOf(form) }).toEqual({ name, form, at: -1 })
    // They were there to be taken out.
    expect(said['logs/build-A.log']).toMatch(/^#\d+ [\d.]+ .*basic \S*\*\*\*$/m)
    expect(said['report.json']).toContain('***')
    expect(said['report.json']).toContain('leak.txt')
  })

  test('given to the action are nowhere in what is said, written or sent', async () => {
    const actionDir = bundleAction()
    const text = dockerfile(`action ${process.pid} ${Date.now()}`)
    const pull = pullRequest({ Dockerfile: text })
    folders.push(actionDir, pull.root)
    const out = join(root, 'action-out')
    const result = await gateAction({
      // A token that GitHub knows: what is sent there is searched, too.
      ...{
        actionDir,
        pull,
        env: { ...engineEnvironment(), TOK: secret },
        server: { token },
        seed: knownPull(pull, text),
      },
      inputs: {
        ...{
          context: '.',
          secrets: `"key=${key}"`,
          'secret-envs': 'tok=TOK',
          'github-token': token,
          comment: 'always',
          suggestions: 'true',
        },
        ...{
          logs: join(out, 'logs'),
          report: join(out, 'report.json'),
          sarif: join(out, 'r.sarif'),
          html: join(out, 'r.html'),
        },
        ...(network ? { network } : {}),
      },
    })
    folders.push(result.root)
    expect({ outcome: result.outcome, verdict: result.outputs.verdict }).toEqual({
      ...{ outcome: 'failure', verdict: 'not-reproducible' },
    })
    expect([result.checkRuns.length, result.comments.length]).toEqual([1, 1])
    const said: Record<string, string> = {
      ...writtenIn(out),
      everything: everythingSaid(result),
      comments: JSON.stringify([result.comments, result.reviews]),
    }
    for (const [name, text] of Object.entries(said))
      for (const form of forms) expect({ name, form, at: text.indexOf(form) }).toEqual({ name, form, at: -1 })
    expect(said['report.json']).toContain('***')
    expect(said['report.json']).toContain('leak.txt')
    rmSync(out, { recursive: true, force: true })
  })
})
