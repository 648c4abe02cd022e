// Builds two small images in the ways people compare builds by hand, and prints what each way says of them.
//   scripts/engine run -- node scripts/docker-save.mjs [--base IMAGE] [--network host] [--cli PATH] [--write docs/docker-save.md]
// Needs a Docker whose images lie in the containerd store. `measure` is what the test of the page calls.
import { spawnSync } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const epoch = ['--build-arg', 'SOURCE_DATE_EPOCH=1700000000']
const noProvenance = ['--provenance=false']
const cold = ['--no-cache', ...noProvenance]
const rewritten = 'type=oci,dest=image.tar,rewrite-timestamp=true'

/** What is tried, in the order of the page: which Dockerfile, which flags, and what of the two builds is compared. */
export const ways = [
  {
    ...{ id: 0, dockerfile: 'still', flags: [], builds: 1, compared: 'save', truth: 'same' },
    told: 'nothing: one image, saved twice',
  },
  { id: 1, dockerfile: 'still', flags: [], compared: 'save', told: '`docker build -t app .`', truth: 'same' },
  {
    id: 2,
    dockerfile: 'clock',
    flags: noProvenance,
    compared: 'save',
    told: '`docker build -t app --provenance=false .`',
    truth: 'differs',
  },
  {
    id: 3,
    dockerfile: 'clock',
    flags: cold,
    compared: 'save',
    told: '`docker build -t app --no-cache --provenance=false .`',
    truth: 'differs',
  },
  {
    id: 4,
    dockerfile: 'still',
    flags: cold,
    compared: 'save',
    told: '`docker build -t app --no-cache --provenance=false .`',
    truth: 'same',
  },
  {
    ...{ id: 5, dockerfile: 'still', flags: [...cold, ...epoch], compared: 'save', truth: 'same' },
    told: 'and `--build-arg SOURCE_DATE_EPOCH=…`',
  },
  {
    ...{ id: 6, dockerfile: 'still', flags: [...cold, ...epoch, '--output', 'type=oci,dest=image.tar'], truth: 'same' },
    ...{ compared: 'tar', told: 'and `--output type=oci,dest=image.tar`' },
  },
  {
    ...{ id: 7, dockerfile: 'still', flags: [...cold, ...epoch, '--output', 'type=docker,rewrite-timestamp=true'] },
    ...{ compared: 'save', told: 'and `--output type=docker,rewrite-timestamp=true`', truth: 'same' },
  },
  {
    ...{
      id: 8,
      dockerfile: 'still',
      flags: [...cold, ...epoch, '--output', rewritten],
      compared: 'tar',
      truth: 'same',
    },
    told: 'and `--output type=oci,dest=image.tar,rewrite-timestamp=true`',
  },
  {
    ...{ id: 9, dockerfile: 'clock', flags: [...cold, ...epoch, '--output', rewritten], compared: 'tar' },
    ...{ told: 'the same', truth: 'differs' },
  },
  {
    ...{ id: 10, dockerfile: 'still', compared: 'tar', told: 'the same with `--provenance=mode=max`', truth: 'same' },
    flags: ['--no-cache', '--provenance=mode=max', ...epoch, '--output', rewritten],
  },
  {
    ...{ id: 11, dockerfile: 'still', compared: 'manifest', told: 'the same', truth: 'same' },
    flags: ['--no-cache', '--provenance=mode=max', ...epoch, '--output', rewritten],
  },
  { id: 12, dockerfile: 'still', compared: 'gate', flags: [], told: '`repro-gate gate .`', truth: 'same' },
  { id: 13, dockerfile: 'clock', compared: 'gate', flags: [], told: '`repro-gate gate .`', truth: 'differs' },
]

/**
 * Runs every way.
 * @returns {{ id: number, said: 'same' | 'differs' | 'error', why: string }[]}
 */
export function measure({ base, network = 'default', cli, env = process.env }) {
  const folder = mkdtempSync(join(tmpdir(), 'docker-save-'))
  const contexts = Object.fromEntries(
    ['still', 'clock'].map(kind => [kind, writeContext(join(folder, kind), kind, base)]),
  )
  const tag = `docker-save-${randomUUID().slice(0, 8)}`
  try {
    return ways.map(way => ({ id: way.id, ...saysOf(way) }))
  } finally {
    run('docker', ['image', 'rm', '--force', tag], folder)
    rmSync(folder, { recursive: true, force: true })
  }

  function saysOf({ dockerfile, flags, compared, builds = 2 }) {
    const [context, archive] = [contexts[dockerfile], join(folder, `${dockerfile}.tar`)]
    if (compared === 'gate') return saysTheGate(context)
    // The archive goes beside the context: in it the next build would copy it.
    const output = flags.map(flag => flag.replace('dest=image.tar', `dest=${archive}`))
    const all = [...(flags.includes('--output') ? [] : ['--load']), ...output]
    const values = []
    for (let at = 0; at < 2; at++) {
      if (at < builds) {
        const built = run('docker', ['buildx', 'build', '--network', network, '--tag', tag, ...all, '.'], context)
        if (built.status !== 0) return { said: 'error', why: /ERROR: (.*)/.exec(built.stderr)?.[1] ?? built.stderr }
      }
      if (compared === 'save') {
        const saved = run('docker', ['save', tag], context, 'buffer')
        // What it wrote before it failed is a digest, too, and nothing twice is even the same.
        if (saved.status !== 0) return { said: 'error', why: `docker save: ${saved.stderr}` }
        values.push(sha256(saved.stdout))
      } else values.push(compared === 'tar' ? sha256(readFileSync(archive)) : manifestDigest(archive))
      pause()
    }
    return { said: values[0] === values[1] ? 'same' : 'differs', why: '' }
  }

  function saysTheGate(context) {
    const { status, stdout, stderr } = run(
      process.execPath,
      [cli, 'gate', '.', '--network', network, '--source-date-epoch', '1700000000', '--config', 'none'],
      context,
    )
    return { said: ['same', 'differs'][status] ?? 'error', why: [0, 1].includes(status) ? '' : `${stderr}${stdout}` }
  }

  function run(command, args, cwd, encoding = 'utf8') {
    return spawnSync(command, args, { cwd, env, encoding, maxBuffer: 2 ** 30 })
  }
}

/** Of the one image in an archive that also has attestations. */
function manifestDigest(archive) {
  const read = path =>
    JSON.parse(spawnSync('tar', ['--extract', '--to-stdout', '--file', archive, path], { encoding: 'utf8' }).stdout)
  let { manifests } = read('index.json')
  if (manifests[0].mediaType.includes('index')) ({ manifests } = read(`blobs/${manifests[0].digest.replace(':', '/')}`))
  return manifests.find(one => one.platform?.architecture !== 'unknown').digest
}

function writeContext(folder, kind, base) {
  mkdirSync(folder)
  // What no other build has: BuildKit merges equal steps of builds that run at the same time.
  writeFileSync(join(folder, 'app.txt'), `${randomUUID()}\n`)
  const last = kind === 'clock' ? 'RUN date +%T.%N > /built-at' : 'RUN cp /app.txt /copy.txt'
  writeFileSync(join(folder, 'Dockerfile'), `FROM ${base}\nCOPY --chmod=0644 app.txt /app.txt\n${last}\n`)
  return folder
}

const sha256 = bytes => createHash('sha256').update(bytes).digest('hex')

/** Times of files have whole seconds; two builds of one second would agree by chance. */
const pause = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1100)

const images = { still: 'nothing varies', clock: '`RUN date`' }
const things = {
  save: '`docker save app \\| sha256sum`',
  tar: '`sha256sum image.tar`',
  manifest: 'digest of the image manifest in it',
  gate: 'its verdict',
}

/** The table of the page. */
export function table(results) {
  const rows = ways.map(({ id, told, dockerfile, compared, truth }) => {
    const said = results.find(result => result.id === id)?.said ?? 'error'
    const right =
      said === truth ? 'right' : said === 'error' ? 'no answer' : said === 'same' ? '**false pass**' : '**false alarm**'
    return `| ${id} | ${told} | ${images[dockerfile]} | ${things[compared]} | ${said} | ${right} |`
  })
  return [
    '| | Run twice | The Dockerfile | Compared | It says | Which is |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values: options } = parseArgs({
    options: {
      base: { type: 'string', default: 'localhost:5000/debian:bookworm-slim' },
      network: { type: 'string', default: 'default' },
      cli: { type: 'string', default: fileURLToPath(new URL('../dist/cli/index.cjs', import.meta.url)) },
      write: { type: 'string' },
    },
  })
  const results = measure(options)
  for (const { id, said, why } of results) if (said === 'error') console.error(`${id}: ${why.trim()}`)
  const made = table(results)
  if (!options.write) console.log(made)
  else {
    const page = readFileSync(options.write, 'utf8')
    const marked = /(?<=<!-- measured -->\n)[\s\S]*?(?=\n<!-- \/measured -->)/
    writeFileSync(
      options.write,
      page.replace(marked, () => made),
    )
  }
}
