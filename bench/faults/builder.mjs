// Ends the builder itself, a buildkitd in a container, at random moments of a run: as an out-of-memory killer, a person or an engine does.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { clearLeft, commandsOf, leftOf, run } from './scene.mjs'

const image = 'moby/buildkit:buildx-stable-1'
const builder = 'rgf-container'
const container = `buildx_buildkit_${builder}0`

/** What becomes of the container; each gets it (`docker`: of its engine). */
const ways = {
  'buildkitd killed, and started again by its engine': ({ docker }) => {
    const pid = docker('inspect', '--format', '{{.State.Pid}}', container).trim()
    process.kill(Number(pid), 'SIGKILL')
  },
  'docker kill': ({ docker }) => docker('kill', container),
  'docker restart': ({ docker }) => docker('restart', '--time', '0', container),
  'docker rm --force': ({ docker }) => docker('rm', '--force', container),
}

/** @returns rows, one for each run */
export async function builderKills(
  scene,
  { random, names = ['gate', 'gate that differs', 'record', 'verify'], say, count },
) {
  scene.engine.load(image)
  const rows = []
  const usual = {}
  for (const name of names) usual[name] = await one(scene, { name, way: null })
  for (let at = 0; at < count; at += 1) {
    const name = names[at % names.length]
    const way = Object.keys(ways)[Math.floor(random() * 4)]
    const afterMs = Math.round(random() * usual[name].ms)
    const row = await one(scene, { name, way, afterMs, usual: usual[name] })
    rows.push(row)
    say(
      `${at + 1}/${count} ${name}: ${way} after ${afterMs} of ${Math.round(usual[name].ms)} ms: ${row.code} ${row.verdict} ${Math.round(row.exitMs)} ms later${row.problems.map(text => `\n  ${text}`).join('')}`,
    )
    say(
      `    ${
        `${row.stdout}${row.stderr}`
          .match(/^Undecided.*|.*repro-gate: .*/gm)
          ?.at(-1)
          ?.slice(0, 300) ?? ''
      }`,
    )
    if (row.problems.length > 0) say(`${row.stderr.split('\n').slice(-10).join('\n')}\n${row.stdout.slice(0, 1500)}`)
  }
  remove(scene)
  return rows
}

async function one(scene, { name, way, afterMs = 0, usual }) {
  remove(scene)
  clearLeft(scene)
  const buildx = (...args) => execFileSync('docker', ['buildx', ...args], { env: scene.env, stdio: 'ignore' })
  const given = ['--driver', 'docker-container', '--driver-opt', `image=${image}`, '--driver-opt', 'network=host']
  const entitled = ['--buildkitd-flags', '--allow-insecure-entitlement network.host']
  buildx('create', '--name', builder, ...given, ...entitled, '--bootstrap')
  const { args, code: right } = commandsOf(scene)[name]
  const { child, ended } = run(scene, [...args, '--builder', builder])
  let over = false
  child.on('exit', () => {
    over = true
  })
  let killedAt = 0
  if (way !== null) {
    for (const until = performance.now() + afterMs; !over && performance.now() < until; ) await setTimeout(10)
    if (!over) {
      killedAt = performance.now()
      ways[way](scene.engine)
    }
  }
  const result = await ended
  if (way === null && result.code !== right)
    throw new Error(`${name} ended with ${result.code}: ${result.stdout}${result.stderr}`)
  remove(scene)
  const left = await leftOf(scene, result)
  // Ours, for as long as this goes on.
  delete left.images
  const report = join(scene.out, 'report.json')
  const verdict = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')).verdict : null
  const exitMs = killedAt === 0 ? 0 : Math.max(0, result.at - killedAt)
  const row = { ...result, name, way, afterMs, left, verdict, exitMs }
  return { ...row, problems: usual === undefined ? [] : problemsOf(row, right) }
}

function problemsOf({ code, stderr, stdout, left, exitMs, verdict }, right) {
  const problems = Object.entries(left).map(([kind, found]) => `${kind}: ${found.join(', ')}`)
  if (![right, 2].includes(code)) problems.push(`exit code ${code}`)
  if (verdict === (right === 1 ? 'reproducible' : 'not-reproducible')) problems.push(`the verdict ${verdict}`)
  if (code === 2 && !/builder|buildkit|engine|docker/i.test(stderr + stdout)) problems.push('no word of the builder')
  if (/This should not have happened|Unhandled|\n {4}at /.test(stderr)) problems.push('a stack trace')
  if (exitMs > 60_000) problems.push(`took ${Math.round(exitMs)} ms to end`)
  return problems
}

/** With what it keeps: another container would find the cache of this one. Of a container that is gone buildx leaves the volume. */
function remove({ env }) {
  spawnSync('docker', ['buildx', 'rm', '--force', builder], { env, stdio: 'ignore' })
  spawnSync('docker', ['volume', 'rm', '--force', `${container}_state`], { env, stdio: 'ignore' })
}
