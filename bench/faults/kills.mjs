// Kills the engine at every call of docker that a command makes: right before it, and a little while into it.
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { clearLeft, commandsOf, leftOf, run } from './scene.mjs'

/** Each call takes the next number; the chosen one has the engine killed, and goes on when that is done. */
const wrapper = real => `#!/bin/sh
n=1
until mkdir "$RGF_CALLS/$n" 2>/dev/null; do n=$((n + 1)); done
echo "$*" > "$RGF_CALLS/$n/args"
if [ "$n" = "$RGF_AT" ]; then
  case $RGF_AFTER in
    0) touch "$RGF_CALLS/kill"; while [ ! -e "$RGF_CALLS/killed" ]; do sleep 0.02; done ;;
    *) (sleep "$RGF_AFTER"; touch "$RGF_CALLS/kill") >/dev/null 2>&1 & ;;
  esac
fi
exec ${real} "$@"
`
const everyVictim = ['dockerd', 'containerd', undefined]

/** @returns rows, one for each run */
export async function kills(scene, { random, names, say, count, victims = everyVictim }) {
  const bin = join(scene.folder, 'bin')
  mkdirSync(bin)
  const real = process.env.PATH.split(':')
    .map(place => join(place, 'docker'))
    .find(path => existsSync(path))
  writeFileSync(join(bin, 'docker'), wrapper(real))
  chmodSync(join(bin, 'docker'), 0o755)
  const place = {
    ...scene,
    calls: join(scene.folder, 'calls'),
    env: { ...scene.env, PATH: `${bin}:${scene.env.PATH}` },
  }
  const rows = []
  const all = await momentsOf(place, names, random)
  for (const { name, at, after } of all.slice(0, count)) {
    const chosen = { victim: victims[Math.floor(random() * victims.length)], returns: random() < 0.3 }
    const row = await one(place, { name, at, after, ...chosen })
    rows.push(row)
    const when = after === 0 ? 'before' : `${after} s into`
    say(
      `${rows.length}/${Math.min(count, all.length)} ${name}: ${row.victim ?? 'all'} killed ${when} call ${at} (${row.calls[at - 1]?.slice(0, 60)})${row.returns ? ', and started again' : ''}: ${row.code} ${row.verdict} in ${Math.round(row.exitMs)} ms${row.problems.map(text => `\n  ${text}`).join('')}`,
    )
    say(`    ${row.stderr.trim().split('\n').at(-1)?.slice(0, 300)}`)
    if (row.problems.length > 0) say(`${row.stderr.split('\n').slice(-10).join('\n')}\n${row.stdout.slice(0, 1500)}`)
  }
  return rows
}

/** Before each call of docker and a little while into it; in the first half of the list each call stands once, in any order. */
async function momentsOf(place, names, random) {
  const halves = [[], []]
  // Compare asks no engine.
  for (const name of names ?? Object.keys(commandsOf(place)).filter(name => name !== 'compare')) {
    const plain = await one(place, { name, at: 0, after: 0 })
    if (plain.code !== commandsOf(place)[name].code)
      throw new Error(`${name} ended with ${plain.code}: ${plain.stdout}${plain.stderr}`)
    for (let at = 1; at <= plain.calls.length; at += 1) {
      const moments = [0, (0.05 + random() * 0.6).toFixed(2)]
      if (random() < 0.5) moments.reverse()
      for (const half of halves) half.push({ order: random(), name, at, after: moments[halves.indexOf(half)] })
    }
  }
  return halves.flatMap(half => half.sort((a, b) => a.order - b.order))
}

let repositories = 0

async function one(scene, { name, at, after, victim, returns }) {
  const { engine, calls, registry } = scene
  clearLeft(scene)
  rmSync(calls, { recursive: true, force: true })
  mkdirSync(calls)
  const { args, tags = [] } = commandsOf(scene)[name]
  repositories += 1
  const repository = `kill${process.pid}-${repositories}`
  if (tags.length > 0) await registry.seed(repository, tags)
  const before = await registry.tags(repository)
  const named = tags.flatMap(tag => ['--tag', `${registry.name}/${repository}:${tag}`])
  const { child, ended } = run(scene, [...args, ...named], {
    env: { RGF_CALLS: calls, RGF_AT: String(at), RGF_AFTER: String(after) },
  })
  let over = false
  let killedAt = 0
  child.on('exit', () => {
    over = true
  })
  for (; !over && !existsSync(join(calls, 'kill')); ) await setTimeout(10)
  if (!over) {
    killedAt = performance.now()
    // A daemon without its containerd, or a containerd without its daemon, may get over it.
    if (victim === undefined) await engine.killAll()
    else engine.kill(victim)
    writeFileSync(join(calls, 'killed'), '')
    if (returns) {
      await engine.killAll()
      await engine.start()
    }
  }
  const result = await ended
  const seen = readdirSync(calls)
    .filter(number => /^\d+$/.test(number))
    .sort((a, b) => a - b)
    .map(number => readFileSync(join(calls, number, 'args'), 'utf8').trim())
  const dead = killedAt > 0 && !returns
  if (dead) {
    await engine.killAll()
    await engine.start()
  }
  const left = await leftOf(scene, result)
  const after2 = await registry.tags(repository)
  const moved = tags.filter(tag => before[tag] !== after2[tag]).length
  const exitMs = killedAt === 0 ? 0 : Math.max(0, result.at - killedAt)
  const row = {
    ...result,
    name,
    at,
    after,
    victim,
    returns,
    calls: seen,
    left,
    exitMs,
    verdict: verdictIn(scene),
    killed: killedAt > 0,
  }
  return {
    ...row,
    problems: at === 0 ? [] : problemsOf(row, { moved, tags: tags.length, usual: commandsOf(scene)[name].code, dead }),
  }
}

function problemsOf({ code, stderr, stdout, left, exitMs, verdict, killed }, { moved, tags, usual, dead }) {
  const problems = []
  if (![usual, 2].includes(code)) problems.push(`exit code ${code}`)
  // An engine that is dead can be asked for nothing; its cache mounts go with its own collection.
  for (const [kind, found] of Object.entries(left))
    if (!(dead && kind === 'cache mounts')) problems.push(`${kind}: ${found.join(', ')}`)
  if (verdict === (usual === 1 ? 'reproducible' : 'not-reproducible')) problems.push(`the verdict ${verdict}`)
  if (code === 2 && !/engine|daemon|builder|docker/i.test(stderr + stdout)) problems.push('no word of the engine')
  if (/This should not have happened|Unhandled|\n {4}at /.test(stderr)) problems.push('a stack trace')
  if (moved > 0 && (moved < tags || code !== 0)) problems.push(`ended with ${code}, and ${moved} of ${tags} tags moved`)
  if (killed && exitMs > 60_000) problems.push(`took ${Math.round(exitMs)} ms to end`)
  return problems
}

function verdictIn({ out }) {
  const report = join(out, 'report.json')
  return existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')).verdict : null
}
