// Each command, traced: what it and its children write and are started with, searched for secrets. Long: it runs at night, and where
// REPRO_GATE_SECRETS=all is set, and prints the figures of docs/trust/secrets.md.
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, jest, test } from '@jest/globals'
import { forget } from '../action/gate-action.ts'
import { plantedToken } from '../trust/planted.ts'
import { asFlags, everyFile, plantedScene } from '../trust/scene.ts'
import { searchFolder } from '../trust/searched.ts'
import { canTrace } from '../trust/traced.ts'
import { bundleCli, type TracedRun, tracedRun } from '../trust/traced-run.ts'
import { baseImage, describeWithEngine } from './engine.ts'
import { makeRepository, type Served, serve } from './served.ts'

// What was found once is told once.
jest.retryTimes(0)
jest.setTimeout(900_000)

const describeAll =
  process.env.REPRO_GATE_SECRETS === 'all' && canTrace()
    ? describeWithEngine
    : (name: string, _: () => void) => test.skip(`${name} (REPRO_GATE_SECRETS=all, and strace)`, () => {})

describeAll('secrets, in every byte that each command writes:', () => {
  const root = mkdtempSync(join(tmpdir(), 'secrets-modes-'))
  const seed = randomUUID()
  const registry = process.env.REPRO_GATE_REGISTRY ?? 'localhost:5000'
  const scene = plantedScene(root, seed)
  const { secrets, args, flags } = scene
  const [out, record] = [join(root, 'out'), join(root, 'a.record.json.gz')]
  const address = plantedToken('address', seed)
  const red = scene.contextWith('date +%N > /now')
  const green = scene.contextWith('true')
  const epoch = ['--source-date-epoch', '1700000000']
  /** Without the build argument, which stands in the history of the image: no record is written of that, nor a ledger. */
  const plain = flags.filter((flag, at) => flag !== '--build-arg' && flags[at - 1] !== '--build-arg')
  let cli: string
  let served: Served
  beforeAll(async () => {
    cli = bundleCli(join(root, 'cli.cjs'))
    mkdirSync(out)
    makeRepository(join(root, 'private'), {
      Dockerfile: `FROM ${baseImage}\nCOPY f /f\nRUN date +%N > /now\n`,
      f: seed,
    })
    const authorization = `basic ${Buffer.from(`me:${address}`).toString('base64')}`
    served = await serve(root, (_, response) => void response.writeHead(404).end(), authorization)
    writeFileSync(join(green, 'compose.yaml'), 'services: {a: {build: {context: ., args: {MY_TOKEN: none}}}}\n')
  })
  afterAll(async () => {
    await served?.stop()
    forget(root)
  })

  const every = (name: string): string[] => asFlags(everyFile(join(out, name)))
  /** For the ledger spares a build only where nothing is wanted of both. */
  const withoutSbom = (name: string): string[] =>
    asFlags(
      Object.fromEntries(
        Object.entries({ ...everyFile(join(out, name)), ledger: join(out, 'kept') }).filter(
          ([flag]) => flag !== 'sbom',
        ),
      ),
    )
  const modes: [name: string, status: number, given: () => string[], check?: (run: TracedRun) => void][] = [
    ['gate, red', 1, () => ['gate', red, ...epoch, ...flags, ...every('red')]],
    [
      'gate, a build that fails',
      2,
      () => ['gate', scene.contextWith('cat /no/such/file'), ...epoch, ...flags, ...every('failing')],
    ],
    [
      'gate, a compose file',
      0,
      () => [
        'gate',
        '--file',
        join(green, 'compose.yaml'),
        ...epoch,
        ...flags,
        ...asFlags({ report: join(out, 'bake.json'), logs: join(out, 'bake') }),
      ],
    ],
    [
      'gate, a private repository',
      1,
      () => ['gate', `${served.address.replace('//', `//me:${address}@`)}/git/private.git`, ...every('address')],
      () => expect(served.asked.filter(({ authorization }) => authorization).length).toBeGreaterThan(0),
    ],
    ['gate, with the ledger', 0, () => ['gate', green, ...epoch, ...plain, ...withoutSbom('ledger')]],
    ['gate, from the ledger', 0, () => ['gate', green, ...epoch, ...plain, ...withoutSbom('again')]],
    [
      'gate, a release with a smoke test',
      0,
      () => [
        'gate',
        green,
        ...epoch,
        // A registry gets what is in the image, and so what stands in its history.
        ...plain,
        ...every('release'),
        '--smoke-command',
        'cat /etc/hostname /etc/debian_version',
        '--push',
        '--tag',
        `${registry}/secrets-${seed}:1`,
      ],
    ],
    [
      'record, refused',
      2,
      () => ['record', green, ...epoch, ...flags, '--record', record],
      () => expect(existsSync(record)).toBe(false),
    ],
    ['record', 0, () => ['record', green, ...epoch, ...plain, '--record', record]],
    [
      'verify',
      0,
      () => [
        'verify',
        green,
        ...epoch,
        ...plain,
        '--record',
        record,
        ...asFlags({ report: join(out, 'verify.json'), html: join(out, 'verify.html') }),
      ],
    ],
    ['drift', 0, () => ['drift', green, ...epoch, ...plain, '--record', record]],
    ['replay', 0, () => ['replay', record, '--context', green, ...plain]],
    ['compare', 0, () => ['compare', baseImage, baseImage]],
    [
      'lint',
      1,
      () => ['lint', red, '--build-arg', `MY_TOKEN=${args.argument}`, ...asFlags({ sarif: join(out, 'lint.sarif') })],
    ],
    ['fix', 0, () => ['fix', red, '--dry-run', '--build-arg', `MY_TOKEN=${args.argument}`]],
    ['init', 0, () => ['init', mkdtempSync(join(root, 'init-'))]],
    ['report', 1, () => ['report', join(out, 'address/report.json'), '--html', join(out, 'again.html')]],
  ]
  // One argument: jest takes a fourth one for its own callback.
  test.each(modes.map(mode => ({ name: mode[0], mode })))('$name', async ({ mode: [name, status, given, check] }) => {
    const found = await tracedRun(scene, cli, given(), { address })
    const { calls, bytes, programs, handed, hits } = found
    const ways = Object.values(handed).reduce((sum, times) => sum + times, 0)
    process.stderr.write(
      `${JSON.stringify({ name, status: found.status, calls, bytes, programs, ways, hits: hits.length })}\n`,
    )
    for (const { secret, form, where } of hits.slice(0, 10)) process.stderr.write(`${secret} ${form} ${where}\n`)
    if (found.status !== status) process.stderr.write(`${found.said.slice(-1500)}\n`)
    expect({ status: found.status, said: found.said.slice(-1500) }).toMatchObject({ status })
    check?.(found)
    expect({ hits: found.hits.slice(0, 10), variables: found.variables }).toEqual({ hits: [], variables: [] })
    expect(readdirSync(scene.temp)).toEqual([])
    expect(searchFolder(out, { ...secrets, ...args, address }).hits).toEqual([])
  })
})
