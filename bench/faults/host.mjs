// A machine on which something is missing, forbidden or too small: what each command says of it.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clearLeft, commandsOf, leftOf, run } from './scene.mjs'

/** @returns rows, one for each run */
export async function host(scene, { say, names }) {
  const rows = []
  const readOnly = join(scene.folder, 'ro')
  makeReadOnly(scene, readOnly)
  try {
    for (const one of casesOf(scene, readOnly)) {
      if (names !== undefined && !names.some(name => one.what.includes(name))) continue
      for (const [name, expected] of Object.entries(one.expected)) {
        clearLeft(scene)
        const row = await tried(scene, { ...one, name, expected })
        rows.push(row)
        say(`${one.what}, ${name}: ${row.code ?? row.signal}${row.problems.map(text => `\n  ${text}`).join('')}`)
        say(`    ${(row.stderr.trim() || row.stdout.trim()).split('\n').at(-1)?.slice(0, 300)}`)
      }
    }
  } finally {
    spawnSync('umount', [readOnly])
  }
  return rows
}

function makeReadOnly({ env }, place) {
  mkdirSync(place)
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', place])
  mkdirSync(join(place, 'docker/cli-plugins'), { recursive: true })
  symlinkSync(join(env.DOCKER_CONFIG, 'cli-plugins/docker-buildx'), join(place, 'docker/cli-plugins/docker-buildx'))
  execFileSync('mount', ['-o', 'remount,ro', place])
}

/** `expected` says for each command the exit code, and what its words must be like. */
function casesOf({ folder, out, tmp, env }, readOnly) {
  const without = program => {
    const bin = join(folder, `no-${program}`)
    mkdirSync(bin, { recursive: true })
    for (const place of env.PATH.split(':').filter(path => existsSync(path)))
      for (const name of readdirSync(place))
        if (name !== program && !existsSync(join(bin, name))) {
          try {
            symlinkSync(join(place, name), join(bin, name))
          } catch {
            /* of two folders the first counts */
          }
        }
    return bin
  }
  // For another user: limits of processes do not hold root.
  const opened = `cd '${folder}'; chmod 711 . e; chmod 777 '${tmp}' '${out}' config; chmod 666 e/s`
  const file = join(folder, 'a-file')
  writeFileSync(file, '')
  const ok = { lint: [0, /./], gate: [0, /Reproducible/i], compare: [1, /Not reproducible|differs/i] }
  const temporary = text => ({ gate: [2, text], compare: [2, text], lint: [2, text] })
  const silent = { gate: [0, /^/], compare: [1, /^/], lint: [0, /^/] }
  return [
    { what: 'TMPDIR is read-only', env: { TMPDIR: readOnly }, expected: temporary(/read-only.*TMPDIR/s) },
    { what: 'TMPDIR is missing', env: { TMPDIR: join(folder, 'nowhere') }, expected: temporary(/nowhere.*TMPDIR/s) },
    { what: 'TMPDIR is a file', env: { TMPDIR: file }, expected: temporary(/a-file.*TMPDIR/s) },
    { what: 'HOME is missing', env: { HOME: undefined }, expected: ok },
    { what: 'HOME is nowhere', env: { HOME: join(folder, 'nowhere') }, expected: ok },
    {
      what: 'HOME and its docker folder are read-only',
      env: { HOME: readOnly, DOCKER_CONFIG: join(readOnly, 'docker') },
      expected: { ...ok, gate: [2, /read-only|DOCKER_CONFIG|own/] },
    },
    { what: 'no docker', env: { PATH: without('docker') }, expected: { ...ok, gate: [2, /no docker command/] } },
    {
      what: 'no buildx',
      env: { DOCKER_CONFIG: join(folder, 'no-config') },
      expected: { ...ok, gate: [2, /buildx plugin/] },
    },
    { what: 'no git', env: { PATH: without('git') }, expected: { ...ok, 'gate by commit': [2, /git/] } },
    {
      what: 'no engine',
      env: { DOCKER_HOST: `unix://${folder}/none` },
      expected: { ...ok, gate: [2, /does not answer/] },
    },
    ...[16, 24, 32, 64].map(count => ({
      what: `at most ${count} open files`,
      script: `ulimit -n ${count}; exec "$@"`,
      expected: { lint: [null, /^/], gate: [null, /^/], compare: [null, /^/] },
    })),
    ...[100, 400, 900].map(count => ({
      what: `at most ${count} MB of memory to map`,
      script: `ulimit -v ${count}000; exec "$@"`,
      expected: { lint: [null, /^/] },
    })),
    ...[6, 11, 14, 20].map(count => ({
      what: `at most ${count} processes and threads`,
      script: `${opened}; exec setpriv --reuid=64999 --clear-groups prlimit --nproc=${count} "$@"`,
      expected: { lint: [null, /^/], gate: [null, /^/], compare: [null, /^/] },
    })),
    {
      what: 'standard output is closed',
      script: 'exec "$@" >&-',
      expected: { gate: [null, /^/], compare: [null, /^/], lint: [null, /^/] },
    },
    { what: 'standard error is closed', script: 'exec "$@" 2>&-', expected: silent },
    { what: 'standard input is closed', script: 'exec "$@" <&-', expected: ok },
    {
      what: 'all three are closed',
      script: 'exec "$@" <&- >&- 2>&-',
      expected: { gate: [null, /^/], compare: [null, /^/], lint: [null, /^/] },
    },
    {
      what: 'standard output is a full disk',
      script: 'exec "$@" >/dev/full',
      expected: {
        gate: [2, /ENOSPC|disk is full/],
        compare: [2, /ENOSPC|disk is full/],
        lint: [2, /ENOSPC|disk is full/],
      },
    },
    { what: 'standard error is a full disk', script: 'exec "$@" 2>/dev/full', expected: silent },
    {
      what: '| head -1',
      script: 'set -o pipefail; "$@" | head -1',
      program: 'bash',
      expected: { gate: [0, /./], compare: [1, /./], lint: [0, /./] },
    },
    { what: '2>&1 | true', script: 'set -o pipefail; "$@" 2>&1 | true', program: 'bash', expected: silent },
    {
      what: 'the working folder is gone',
      script: `mkdir '${out}/gone'; cd '${out}/gone'; rmdir '${out}/gone'; exec "$@"`,
      expected: { lint: [null, /^/], gate: [null, /^/], compare: [null, /^/] },
    },
    {
      what: 'LANG=C, names in UTF-8',
      env: { LANG: 'C', LC_ALL: 'C' },
      expected: { 'gate of a name in UTF-8': [0, /Reproducible/i], 'lint of a name in UTF-8': [0, /./] },
    },
  ]
}

function argsOf({ folder, more, out, ...scene }, name) {
  const commands = commandsOf({ folder, more, out, ...scene })
  const named = join(folder, 'bücher')
  if (name.endsWith('UTF-8') && !existsSync(named)) {
    mkdirSync(named)
    writeFileSync(join(named, 'grüße 日本'), 'x')
    writeFileSync(
      join(named, 'Dockerfile'),
      `${readFileSync(join(folder, 'same/Dockerfile'), 'utf8').split('\n')[0]}\nCOPY --chmod=0644 ["grüße 日本", "/"]\n`,
    )
  }
  const of = {
    lint: ['lint', join(folder, 'same'), '--config', 'none', '--report', join(out, 'report.json')],
    gate: [
      'gate',
      join(folder, 'same'),
      '--source-date-epoch',
      '1700000000',
      '--config',
      'none',
      ...more,
      '--report',
      join(out, 'report.json'),
    ],
    'gate by commit': ['gate', join(folder, 'same'), '--config', 'none', ...more],
    'gate of a name in UTF-8': ['gate', named, '--source-date-epoch', '1700000000', '--config', 'none', ...more],
    'lint of a name in UTF-8': ['lint', named, '--config', 'none'],
  }
  return of[name] ?? commands[name].args
}

async function tried(scene, { what, name, expected: [code, words], env = {}, script, program = 'sh' }) {
  const args = argsOf(scene, name)
  const how = script === undefined ? {} : { program, before: ['-c', script, program, scene.node, scene.cli] }
  // A program beside our own holds a pipe for a moment longer.
  const result = await run(
    {
      ...scene,
      env: Object.fromEntries(Object.entries({ ...scene.env, ...env }).filter(([, value]) => value !== undefined)),
    },
    args,
    how,
  ).ended
  rmSync(join(scene.out, 'gone'), { recursive: true, force: true })
  const left = await leftOf(scene, result)
  const problems = []
  const told = result.stderr + result.stdout
  if (code !== null && result.code !== code) problems.push(`exit code ${result.code ?? result.signal}, not ${code}`)
  if (!words.test(told)) problems.push(`not the words ${words}: ${told.slice(-600)}`)
  if (/This should not have happened|Unhandled|\n {4}at /.test(told))
    problems.push(`a stack trace: ${told.slice(-1500)}`)
  for (const [kind, found] of Object.entries(left)) problems.push(`${kind}: ${found.join(', ')}`)
  return { ...result, what, name, left, problems }
}
