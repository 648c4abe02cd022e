// The commands of docs/attestation.md, run as they stand: from the gate to the policy, with a key and no service. What must
// fail is tried, too. Needs cosign; without it the test says so in its name, and is skipped.
import { spawn, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { build } from 'esbuild'
import { fenced } from '../fenced.ts'
import { predicateProblems, statementProblems } from '../report/attestation/definition.ts'
import { baseImage, describeWithEngine, engineEnvironment } from './engine.ts'

const has = (program: string): boolean => spawnSync(program, ['version']).error === undefined
const missing = ['cosign', 'jq'].filter(program => !has(program))
const project = join(import.meta.dirname, '../..')
const scai = 'https://in-toto.io/attestation/scai/v0.3'

const describeHere =
  missing.length === 0
    ? describeWithEngine
    : (name: string, _: () => void) => test.skip(`${name} (skipped: ${missing.join(' and ')} not on PATH)`, () => {})

describeHere('the commands of docs/attestation.md', () => {
  const root = mkdtempSync(join(tmpdir(), 'attestation-engine-'))
  const repository = `localhost:5000/test-attestation-${randomUUID()}`
  const folder = join(root, 'app')
  beforeAll(async () => {
    mkdirSync(folder)
    writeFileSync(join(folder, 'Dockerfile'), `FROM ${baseImage}\nRUN echo ${randomUUID()} > /said\n`)
    for (const policy of ['two-builds.rego', 'two-builds.cue', 'verified.rego'])
      copyFileSync(join(project, 'examples/policies', policy), join(folder, policy))
    await build({
      ...{ entryPoints: [join(project, 'src/cli.ts')], outfile: join(root, 'cli.cjs'), bundle: true, platform: 'node' },
      ...{ format: 'cjs', target: 'node20', external: ['supports-color', 'xmlbuilder2'], logLevel: 'error' },
      define: { 'import.meta.url': 'bundleUrl' },
      banner: { js: "const bundleUrl=require('node:url').pathToFileURL(__filename).href;" },
    })
  })
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  const network = process.env.REPRO_GATE_RUN_NETWORK
  const given = `--source-date-epoch 1700000000${network ? ` --network ${network}` : ''}`
  /** What the page supposes: the program, a repository, the image once it is there. */
  const before = [
    ...['set -e', `REPOSITORY=${repository}`, `repro-gate() { node ${join(root, 'cli.cjs')} "$@" ${given}; }`],
    'if [ -f report.json ]; then IMAGE="$REPOSITORY@$(jq -r .release.digest report.json)"; fi',
  ].join('\n')
  const run = (text: string) =>
    new Promise<{ code: number | null; said: string }>(resolve => {
      const env = { ...engineEnvironment(), COSIGN_PASSWORD: '' }
      const child = spawn('bash', ['-c', `${before}\n${text}`], { cwd: folder, env })
      let said = ''
      for (const stream of [child.stdout, child.stderr])
        stream.on('data', chunk => {
          said += chunk
        })
      child.on('close', code => resolve({ code, said }))
    })

  test('sign and verify what the gate proved, and refuse all else', async () => {
    const blocks = fenced(readFileSync(join(project, 'docs/attestation.md'), 'utf8'), 'sh', 'run')
    expect(blocks).toHaveLength(6)
    for (const block of blocks) {
      const { code, said } = await run(block)
      if (code !== 0) throw new Error(`${block}\nended with ${code}: ${said.slice(-3000)}`)
      if (block.includes('two-builds.rego'))
        expect(said).toContain('signatures were verified against the specified public key')
    }
    const predicate = JSON.parse(readFileSync(join(folder, 'predicate.json'), 'utf8'))
    expect(predicateProblems(predicate, scai)).toEqual([])
    expect(statementProblems(JSON.parse(readFileSync(join(folder, 'statement.json'), 'utf8')))).toEqual([])

    const verify =
      'cosign verify-attestation --key cosign.pub --new-bundle-format --trusted-root trusted-root.json --insecure-ignore-tlog=true'
    const asked = async (policy: string) => (await run(`${verify} --type ${scai} --policy ${policy} "$IMAGE"`)).code
    expect(await asked('two-builds.cue')).toBe(0)
    // A signature by another key, and a policy that asks for more than was proven.
    writeFileSync(
      join(folder, 'three.rego'),
      readFileSync(join(folder, 'two-builds.rego'), 'utf8').replace('== 2', '== 3'),
    )
    expect(await asked('three.rego')).not.toBe(0)
    expect((await run('mkdir other && cd other && cosign generate-key-pair')).code).toBe(0)
    expect((await run(`${verify.replace('cosign.pub', 'other/cosign.pub')} --type ${scai} "$IMAGE"`)).code).not.toBe(0)
    // The predicate of another image, signed by the right key: the statement names this image, the predicate does not.
    const [attribute] = predicate.attributes
    const foreign = { ...attribute, target: { ...attribute.target, digest: { sha256: 'f'.repeat(64) } } }
    writeFileSync(join(folder, 'foreign.json'), JSON.stringify({ ...predicate, attributes: [foreign] }))
    const attest =
      'cosign attest --yes --key cosign.key --new-bundle-format --use-signing-config=false --tlog-upload=false'
    expect((await run(`${attest} --type ${scai} --predicate foreign.json "$IMAGE"`)).code).toBe(0)
    for (const policy of ['two-builds.rego', 'two-builds.cue']) expect(await asked(policy)).not.toBe(0)
  })
})
