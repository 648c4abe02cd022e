// The reusable workflow, step by step: two engines that share nothing record, and a third machine without Docker compares.
import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { bundleAction, forget, pathWithGit } from '../action/gate-action.ts'
import { cli } from '../cli/run-cli.ts'
import { node24 } from '../doubles/runner/node24.ts'
import { type CallResult, callWorkflow, type Machine } from '../doubles/runner/run-workflow.ts'
import {
  type Buildkitd,
  buildkit,
  describeWith,
  docker,
  makeCertificates,
  secondEngine,
  startBuildkitd,
} from './builders.ts'
import { baseImage, describeWithEngine, engineEnvironment } from './engine.ts'
import { failingRegistry } from './failing-registry.ts'

const has = process.env.REPRO_GATE_NO_ENGINE === undefined
const second = has ? secondEngine() : { missing: 'no engine' }
const binaries = has ? buildkit() : { missing: 'no engine' }
const workflow = join(import.meta.dirname, '../../.github/workflows/two-machines.yml')
const mine = `${Date.now()}-${process.pid}`

describeWithEngine('two machines', () => {
  const root = mkdtempSync(join(tmpdir(), 'two-machines-'))
  const registry = process.env.REPRO_GATE_REGISTRY ?? 'localhost:5000'
  const folders = [root]
  let action: string
  let onlyGit: string
  /** Environments of the machines: what a job there finds. */
  let engines: [Record<string, string>, Record<string, string>]
  beforeAll(() => {
    action = bundleAction()
    onlyGit = pathWithGit()
    folders.push(action, onlyGit)
    const here = engineEnvironment()
    const host =
      typeof second === 'string' ? docker('context', 'inspect', second, '--format', '{{.Endpoints.docker.Host}}') : ''
    engines = [here, host === '' ? here : { ...here, DOCKER_HOST: host.trim() }]
  })
  afterAll(() => forget(...folders))

  const git = (folder: string, time: number, ...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.example', ...args], {
      ...{ cwd: folder, encoding: 'utf8', stdio: 'pipe' },
      env: { PATH: process.env.PATH, GIT_AUTHOR_DATE: `${time} +0000`, GIT_COMMITTER_DATE: `${time} +0000` },
    })
  /** A repository of a caller, committed at a time. */
  function source(lines: string[], time = 1_700_000_000): string {
    const folder = mkdtempSync(join(root, 'source-'))
    mkdirSync(join(folder, 'app/data'), { recursive: true })
    writeFileSync(join(folder, 'app/Dockerfile'), `${lines.join('\n')}\n`)
    writeFileSync(join(folder, 'app/data/page'), mine)
    chmodSync(join(folder, 'app/data'), 0o755)
    chmodSync(join(folder, 'app/data/page'), 0o644)
    git(folder, time, 'init', '--quiet')
    git(folder, time, 'add', '--all')
    git(folder, time, 'commit', '--quiet', '--message', 'one')
    return folder
  }
  interface Case {
    first: string
    /** The checkout of the second machine; by default that of the first. */
    other?: string
    inputs?: Record<string, unknown>
    secrets?: Record<string, string>
    between?: () => void
    before?: Machine['prepare']
    sha?: string
    /** The environment of the second machine. */
    engine?: Record<string, string>
    /** Those of both. */
    engines?: typeof engines
  }
  /** A configuration of Docker's client in which nobody is logged in. */
  const ownConfig = (env: Record<string, string>): string => {
    const folder = mkdtempSync(join(root, 'docker-'))
    const own = env.DOCKER_CONFIG ?? join(env.HOME ?? '', '.docker')
    for (const name of existsSync(own) ? readdirSync(own) : [])
      if (name !== 'config.json') symlinkSync(join(own, name), join(folder, name))
    return folder
  }
  async function call({
    first,
    other = first,
    inputs,
    secrets,
    between,
    before,
    sha,
    engine,
    engines: own = engines,
  }: Case): Promise<CallResult> {
    const node = node24()
    const run = { ...(node ? { node } : {}), github: { event_name: 'push', api_url: 'http://127.0.0.1:9' } }
    const result = await callWorkflow({
      ...{ workflow, action, ...(sha === undefined ? {} : { sha }), ...(secrets ? { secrets } : {}) },
      inputs: { context: 'app', ...inputs },
      machines: {
        'record-0': { ...run, source: first, env: own[0] },
        'record-1': { ...run, source: other, env: engine ?? own[1], ...(between ? { prepare: between } : {}) },
        // No docker there, and no checkout of the sources.
        compare: { ...run, source: '/nowhere', env: { PATH: onlyGit }, ...(before ? { prepare: before } : {}) },
      },
    })
    folders.push(result.root, ...result.jobs.flatMap(({ actions }) => actions.map(one => one.root)))
    return result
  }
  const jobOf = (result: CallResult, at: number) => {
    const job = result.jobs[at]
    if (job === undefined) throw new Error(`no job ${at}`)
    return job
  }
  const errors = (result: CallResult, at: number): string[] =>
    jobOf(result, at).actions.flatMap(({ annotations }) =>
      annotations.flatMap(({ level, message }) => (level === 'error' ? [message] : [])),
    )
  const outcomes = ({ jobs }: CallResult): string[] => jobs.map(({ outcome }) => outcome)
  const from = (...lines: string[]): string[] => [`FROM ${baseImage}`, ...lines]
  const same = from('COPY data /data', 'RUN mkdir /made && cat /data/page > /made/copy')

  test('one image: proven, on the third machine, with its digest; and every step was taken', async () => {
    const result = await call({ first: source(same), other: source(same) })
    expect([outcomes(result), errors(result, 2)]).toEqual([['success', 'success', 'success'], []])
    expect(result.outputs).toEqual({
      verdict: 'reproducible',
      digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    })
    expect(jobOf(result, 0).done).toEqual([
      ...['run', 'actions/checkout', 'actions/checkout', 'docker/setup-buildx-action'],
      ...['./repro-gate', 'actions/upload-artifact'],
    ])
    expect(jobOf(result, 2).done).toEqual([
      ...['run', 'actions/checkout', 'actions/download-artifact', './repro-gate', 'actions/upload-artifact'],
    ])
    expect([...result.artifacts.keys()]).toEqual(['record-0', 'record-1', 'two-machines-report'])
    const [a, b] = ['record-0', 'record-1'].map(name => readFileSync(result.artifacts.get(name)?.[0] ?? ''))
    expect(a?.equals(b as Buffer)).toBe(true)
    const [compared] = jobOf(result, 2).actions
    expect(compared?.summary).toContain('0-ubuntu-24.04.record.json.gz')
    expect(compared?.undeclaredOutputs).toEqual([])
    expect(jobOf(result, 0).actions[0]?.outputs).toMatchObject({ digest: result.outputs.digest, findings: '0' })
  })

  test('an image that holds where its machine keeps things: another one, at its line', async () => {
    const lines = from('COPY data /data', "RUN mkdir /made && grep ' / ' /proc/mounts > /made/place")
    const result = await call({ first: source(lines), other: source(lines) })
    expect(outcomes(result)).toEqual(['success', 'success', 'failure'])
    expect(result.outputs).toEqual({ verdict: 'not-reproducible', digest: '' })
    expect(errors(result, 2)[0]).toMatch(/^Not reproducible: what was compared is not the same image/)
    expect(jobOf(result, 2).actions[0]?.summary).toMatch(/Dockerfile:3/)
  })

  test('another umask at the checkout is another input, and said', async () => {
    const [first, other] = [source(same), source(same)]
    chmodSync(join(other, 'app/data/page'), 0o664)
    const result = await call({ first, other })
    expect(result.outputs.verdict).toBe('undecided')
    expect(errors(result, 2)[0]).toMatch(/^Undecided: .*The build context differs in permissions alone \('data'\)/)
  })

  test('a base whose tag has moved in between is told from what to what', async () => {
    const tag = `${registry}/two-machines-${mine}:1`
    const push = (text: string): void => {
      const folder = mkdtempSync(join(root, 'base-'))
      writeFileSync(join(folder, 'Dockerfile'), `FROM scratch\nCOPY Dockerfile /${text}\n`)
      docker('buildx', 'build', '-q', '--provenance=false', '--output', `type=image,name=${tag},push=true`, folder)
    }
    push('one')
    const lines = [`FROM ${tag}`, 'COPY data /data']
    const result = await call({ first: source(lines), other: source(lines), between: () => push('two') })
    expect(result.outputs.verdict).toBe('undecided')
    expect(errors(result, 2)[0]).toMatch(/two-machines.* is another one: sha256:.* Its tag has moved in between/)
  })

  test('two commits: their times are inputs, and the commits are named', async () => {
    const result = await call({ first: source(same), other: source(same, 1_700_000_060) })
    expect(result.outputs.verdict).toBe('undecided')
    expect(errors(result, 2)[0]).toMatch(
      /SOURCE_DATE_EPOCH differs: '1700000000' in record A, '1700000060' in record B/,
    )
    expect(jobOf(result, 2).actions[0]?.summary).toMatch(/The commit is another one/)
  })

  test('several platforms in one record, of which one needs no emulator', async () => {
    const native = /^Platforms:\s+([^,*\s]+)/m.exec(docker('buildx', 'inspect'))?.[1] ?? 'linux/amd64'
    const foreign = native === 'linux/arm64' ? 'linux/amd64' : 'linux/arm64'
    const lines = [
      `FROM --platform=$BUILDPLATFORM ${baseImage} AS tools`,
      ...[
        'ARG TARGETARCH',
        'RUN echo "$TARGETARCH" > /made',
        'FROM scratch',
        'COPY --from=tools /made /',
        'COPY data /data',
      ],
    ]
    const result = await call({
      ...{ first: source(lines), other: source(lines) },
      inputs: { platforms: `${native},${foreign}`, level: 'identical' },
    })
    expect([result.outputs.verdict, errors(result, 2)]).toEqual(['reproducible', []])
    expect(String(result.outputs.digest).split('\n')).toHaveLength(2)
    expect(jobOf(result, 0).done).toContain('docker/setup-qemu-action')
    expect(jobOf(result, 0).actions[0]?.outputs.digest).toBe(result.outputs.digest)
  })

  test('a record that somebody changed on its way proves nothing', async () => {
    const first = source(same)
    const changed =
      (how: (text: string) => string): Machine['prepare'] =>
      artifacts => {
        const path = artifacts.get('record-1')?.[0] ?? ''
        const text = gunzipSync(readFileSync(path)).toString()
        expect(how(text)).not.toBe(text)
        writeFileSync(path, gzipSync(how(text)))
      }
    const forged = await call({
      first,
      before: changed(text => text.replace(/(\["made\/copy".*")[0-9a-f]{64}"/, `$1${'0'.repeat(64)}"`)),
    })
    // The digests are of its texts: what it says of files changes no verdict.
    expect(forged.outputs.verdict).toBe('reproducible')
    const swapped = changed(text => text.replace(/("configDigest":"sha256:)[0-9a-f]{4}/, '$10000'))
    const digest = await call({ first, before: swapped })
    expect([digest.outputs, errors(digest, 2)]).toEqual([
      { verdict: 'undecided', digest: '' },
      [expect.stringMatching(/1-ubuntu-22\.04\.record\.json\.gz is no record of repro-gate, or not a whole one/)],
    ])
    const hostile = await call({
      first,
      before: artifacts =>
        writeFileSync(artifacts.get('record-1')?.[0] ?? '', '::set-output name=verdict::reproducible\n'),
    })
    expect(hostile.outputs).toEqual({ verdict: 'undecided', digest: '' })
    expect(jobOf(hostile, 2).actions[0]?.deprecated).toEqual([])
  })

  test('a machine that could not build leaves no proof; what is secret is in no record', async () => {
    const lines = from('RUN --mount=type=secret,id=key,required=true wc -c < /run/secrets/key > /length')
    const secrets = { 'build-secrets': 'key=not-to-be-told-1' }
    const result = await call({ first: source(lines), secrets })
    expect(result.outputs.verdict).toBe('reproducible')
    for (const [name, [path = '']] of result.artifacts)
      expect([
        name,
        readFileSync(path).includes('told-1'),
        name.startsWith('record') && gunzipSync(readFileSync(path)).includes('told-1'),
      ]).toEqual([name, false, false])
    const failing = await call({ first: source(lines), other: source(from('RUN echo no && exit 3')), secrets })
    expect(outcomes(failing)).toEqual(['success', 'failure', 'failure'])
    expect(failing.outputs.verdict).toBe('undecided')
    expect(errors(failing, 1)[0]).toMatch(/^No record was written: .*exit code:? 3/)
    expect(errors(failing, 2)[0]).toMatch(/there is one, .*0-ubuntu-24\.04/)
  })

  test('a private base: each machine that builds logs in, and the password is in nothing that it leaves', async () => {
    const closed = await failingRegistry()
    const [password, name] = [`hunter-${randomUUID()}`, `two-machines-private-${mine}`]
    const basic = `Basic ${Buffer.from(`me:${password}`).toString('base64')}`
    try {
      const folder = mkdtempSync(join(root, 'base-'))
      writeFileSync(join(folder, 'Dockerfile'), `FROM scratch\nCOPY Dockerfile /private\n`)
      const output = `type=image,name=${registry}/${name}:1,push=true`
      docker('buildx', 'build', '-q', '--provenance=false', '--output', output, folder)
      closed.refuse((_method, _path, { headers }, answer) => {
        if (headers.authorization === basic) return false
        answer.writeHead(401, { 'www-authenticate': 'Basic realm="here"' }).end()
        return true
      })
      const [one, other] = engines.map(env => ({ ...env, DOCKER_CONFIG: ownConfig(env) }))
      if (one === undefined || other === undefined) throw new Error('no engines')
      const first = source([`FROM ${closed.host}/${name}:1`, 'COPY data /data'])
      const shut = await call({ first, engines: [one, other] })
      expect([outcomes(shut), shut.outputs.verdict]).toEqual([['failure', 'failure', 'failure'], 'undecided'])
      const secrets = { 'registry-username': 'me', 'registry-password': password }
      const result = await call({ first, engines: [one, other], inputs: { registry: closed.host }, secrets })
      expect([result.outputs.verdict, errors(result, 2)]).toEqual(['reproducible', []])
      expect(jobOf(result, 0).done).toContain('docker/login-action')
      expect(jobOf(result, 2).done).not.toContain('docker/login-action')
      for (const [, files] of result.artifacts)
        for (const path of files) {
          const bytes = readFileSync(path)
          const text = path.endsWith('.gz') ? gunzipSync(bytes).toString() : bytes.toString()
          expect([path, text.includes(password), text.includes(basic.slice(6))]).toEqual([path, false, false])
        }
      for (const { actions } of result.jobs)
        for (const { log, summary, outputs, annotations } of actions)
          expect(JSON.stringify([log, summary, outputs, annotations])).not.toContain(password)
    } finally {
      await closed.close()
    }
  })

  test('where GitHub does not say which commit of the workflow runs, nothing else is run', async () => {
    const result = await call({ first: source(same), sha: '' })
    expect(outcomes(result)).toEqual(['failure', 'failure', 'failure'])
    expect(jobOf(result, 0).done).toEqual(['run'])
    expect(jobOf(result, 0).said).toMatch(/^::error::This GitHub does not say/)
    expect(result.outputs.verdict).toBe('')
  })

  describeWith(binaries, 'of which one has another BuildKit', folder => {
    const name = `repro-gate-two-machines-${process.pid}`
    let daemon: Buildkitd
    beforeAll(async () => {
      const certificates = join(root, 'tls')
      makeCertificates(certificates)
      daemon = await startBuildkitd(folder, join(root, 'daemon'), certificates)
      const files = ['ca', 'cert', 'key'].map(
        (key, at) => `${key === 'ca' ? 'cacert' : key}=${certificates}/${['ca.pem', 'client.pem', 'client.key'][at]}`,
      )
      const options = [...files, 'servername=localhost'].join(',')
      docker('buildx', 'create', '--driver', 'remote', '--name', name, '--driver-opt', options, daemon.address)
    })
    afterAll(async () => {
      docker('buildx', 'rm', '--force', name)
      await daemon?.stop()
    })

    test('the same image is proven, and the versions are told', async () => {
      const engine = { ...engines[0], BUILDX_BUILDER: name }
      const result = await call({ first: source(same), other: source(same), engine })
      expect([result.outputs.verdict, errors(result, 2)]).toEqual(['reproducible', []])
      expect(jobOf(result, 2).actions[0]?.summary).toMatch(
        /buildkit is another one: \S+ in record A, v0\.25\.2 in record B/,
      )
    })
  })

  test('two laptops: the commands of the docs, each where it belongs', async () => {
    const docs = readFileSync(join(import.meta.dirname, '../../docs/record.md'), 'utf8')
    const [, block = ''] = /### Two laptops[\s\S]*?```sh\n([\s\S]*?)```/.exec(docs) ?? []
    const [clone = '', anna = '', ben = '', compare = ''] = block.trim().split('\n')
    const repository = source(['FROM scratch'])
    const dockerfile = `${from('COPY app/data /data').join('\n')}\n`
    writeFileSync(join(repository, 'Dockerfile'), dockerfile)
    git(repository, 1_700_000_000, 'add', '--all')
    git(repository, 1_700_000_000, 'commit', '--quiet', '--message', 'two')
    const folder = mkdtempSync(join(root, 'laptops-'))
    writeFileSync(join(folder, 'repro-gate'), `#!/bin/sh\nexec '${process.execPath}' '${cli}' "$@"\n`, { mode: 0o755 })
    const sh = (where: string, line: string, env: Record<string, string>): string => {
      mkdirSync(where, { recursive: true })
      const path = `${folder}:${env.PATH ?? ''}`
      return execFileSync('/bin/sh', ['-euc', line], {
        cwd: where,
        encoding: 'utf8',
        stdio: 'pipe',
        env: { ...env, PATH: path },
      })
    }
    for (const [who, line, env] of [
      ['anna', anna, engines[0]],
      ['ben', ben, engines[1]],
    ] as const) {
      sh(join(folder, who), clone.replace('URL', `file://${repository}`), env)
      sh(join(folder, who, 'app'), line, env)
      copyFileSync(join(folder, who, `${who}.record.json.gz`), join(folder, `${who}.record.json.gz`))
    }
    expect(sh(folder, compare, { PATH: onlyGit })).toMatch(/The two images are (?:the same|identical)/)
    // Neither has anything of the other's in it but what is the same.
    expect(
      readFileSync(join(folder, 'anna.record.json.gz')).equals(readFileSync(join(folder, 'ben.record.json.gz'))),
    ).toBe(true)
    const verify = /`(repro-gate verify [^`]*)`/.exec(docs.slice(docs.indexOf('### Two laptops')))?.[1] ?? ''
    copyFileSync(join(folder, 'anna.record.json.gz'), join(folder, 'ben/anna.record.json.gz'))
    expect(sh(join(folder, 'ben/app'), verify, engines[1])).toMatch(/The two images are (?:the same|identical)/)
  })
})
