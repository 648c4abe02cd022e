// Ends runs by signals at random moments, and counts what they leave.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { clearLeft, commandsOf, leftOf, run } from './scene.mjs'

/** How a run is ended: the signals, with the milliseconds before each. */
const ways = {
  SIGINT: [[0, 'SIGINT']],
  SIGTERM: [[0, 'SIGTERM']],
  SIGHUP: [[0, 'SIGHUP']],
  'Ctrl-C twice': [
    [0, 'SIGINT'],
    [400, 'SIGINT'],
  ],
  SIGKILL: [[0, 'SIGKILL']],
  // As actions/runner does when a job is cancelled.
  'cancelled job': [
    [0, 'SIGINT'],
    [7500, 'SIGTERM'],
    [2500, 'SIGKILL'],
  ],
}
const gentle = ['SIGINT', 'SIGTERM', 'SIGHUP', 'cancelled job']

/** @returns rows, one for each run */
export async function signals(scene, { count, random, action, say }) {
  const commands = commandsOf(scene)
  const names = Object.keys(commands)
  const tookMs = {}
  const rows = []
  const deck = []
  const draw = (name, from) => {
    deck[name] ??= []
    if (deck[name].length === 0) deck[name] = [...from].sort(() => random() - 0.5)
    return deck[name].pop()
  }
  for (const name of names) tookMs[name] = (await one(scene, { name, command: commands[name], way: null })).ms
  for (let at = 0; at < count; at += 1) {
    const way = draw('way', action ? Object.keys(ways) : Object.keys(ways).filter(name => name !== 'cancelled job'))
    const inAction = way === 'cancelled job'
    const name = draw(inAction ? 'in action' : 'name', inAction ? ['gate', 'gate that differs', 'push'] : names)
    const afterMs = Math.round(random() * tookMs[name] * 1.02)
    const row = await one(scene, { name, command: commands[name], way, afterMs, action: inAction ? action : undefined })
    rows.push(row)
    say(
      `${at + 1}/${count} ${name}, ${way} after ${afterMs} ms: ${row.code ?? row.signal} in ${Math.round(row.exitMs)} ms${row.problems.map(text => `\n  ${text}`).join('')}`,
    )
    if (row.problems.length > 0) say(row.stderr.split('\n').slice(-12).join('\n'))
  }
  return rows
}

let repositories = 0

async function one(scene, { name, command, way, afterMs = 0, action }) {
  clearLeft(scene)
  repositories += 1
  const repository = `app${process.pid}-${repositories}`
  const tags = command.tags ?? []
  if (tags.length > 0) await scene.registry.seed(repository, tags)
  const before = await scene.registry.tags(repository)
  const named = tags.map(tag => `${scene.registry.name}/${repository}:${tag}`)
  const started = action
    ? startAction(scene, action, name, named)
    : run(scene, [...command.args, ...named.flatMap(tag => ['--tag', tag])])
  const { child, ended } = started
  let over = false
  let sentAt = null
  let sent = 0
  child.on('exit', () => {
    over = true
  })
  const sending = (async () => {
    await setTimeout(afterMs)
    for (const [wait, signal] of way === null ? [] : ways[way]) {
      for (const until = performance.now() + wait; !over && performance.now() < until; ) await setTimeout(10)
      if (over) return
      child.kill(signal)
      sent += 1
      sentAt ??= performance.now()
    }
  })()
  const result = await ended
  await sending
  const left = await leftOf(scene, result)
  // The action keeps the logs of builds, for a later step to take: the runner clears that folder after the job.
  if (action && left['temporary folders']?.every(folder => folder.startsWith('repro-gate-logs-')))
    delete left['temporary folders']
  const after = await scene.registry.tags(repository)
  const row = {
    ...result,
    name,
    way,
    afterMs,
    left,
    sent,
    exitMs: sentAt === null ? 0 : Math.max(0, result.at - sentAt),
  }
  return {
    ...row,
    problems: way === null ? plainProblems(row, command) : problemsOf(row, { scene, command, before, after, action }),
  }
}

function plainProblems({ code, left, stderr, stdout }, command) {
  if (code !== command.code || Object.keys(left).length > 0)
    throw new Error(`without any fault: ${code} ${JSON.stringify(left)}\n${stdout}\n${stderr}`)
  return []
}

/** What must not be, in words. */
function problemsOf(
  { name, way, code, signal, left, sent, stderr, exitMs, stdout },
  { scene, command, before, after, action },
) {
  const problems = []
  const killed = signal === 'SIGKILL'
  const told = stdout + stderr
  const ok = action ? [command.code === 0 ? 0 : 1] : [command.code]
  // A signal that comes when all is told changes nothing; one that comes before our own code runs is the system's to obey.
  const allowed = sent === 0 ? ok : killed ? [null] : [...ok, ...(action ? [1, 2] : [130, 2])]
  const early = signal !== null && !killed && stderr === '' && stdout === ''
  if (!allowed.includes(code) && !early) problems.push(`exit code ${code}, signal ${signal}`)
  if (killed && sent > 0 && way !== 'SIGKILL') problems.push('had to be killed')
  // Whoever asks twice wants no more to be done: what the builder keeps stays for its own collection.
  const pardoned = way === 'Ctrl-C twice' ? ['cache mounts'] : []
  for (const [kind, found] of Object.entries(left))
    if (!killed && !pardoned.includes(kind)) problems.push(`${kind}: ${found.join(', ')}`)
  const verdict = verdictIn(scene)
  if (verdict === 'reproducible' && command.code !== 0) problems.push('reproducible, and it is not')
  if (verdict === 'not-reproducible' && command.code === 0) problems.push('not reproducible, and it is')
  const moved = Object.keys(before).filter(tag => before[tag] !== after[tag])
  if (moved.length > 0 && moved.length < Object.keys(before).length && !killed) problems.push(`moved ${moved} alone`)
  // One that comes when the tags have moved undoes nothing, and that they have is told.
  if (moved.some(tag => !killed && !told.includes(`:${tag} is sha256:`)))
    problems.push(`moved ${moved}, and did not say so`)
  if (name === 'push' && code === 0 && moved.length < Object.keys(before).length)
    problems.push('ended with 0, and moved no tag')
  if (/This should not have happened|UnhandledPromise|\n {4}at /.test(stderr)) problems.push('a stack trace')
  if (gentle.includes(way) && exitMs > 7500) problems.push(`took ${Math.round(exitMs)} ms to end`)
  return problems
}

function verdictIn({ out }) {
  try {
    return JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')).verdict
  } catch {
    return null
  }
}

/** The action as a runner starts it. */
function startAction(scene, action, name, tags) {
  const { folder, out, tmp, more } = scene
  const files = join(folder, 'commands')
  mkdirSync(files, { recursive: true })
  const inputs = {
    ...{
      context: join(folder, name === 'gate that differs' ? 'differs' : 'same'),
      config: 'none',
      'source-date-epoch': '1700000000',
    },
    ...(more.length > 0 ? { network: more[1] } : {}),
    ...{ report: join(out, 'report.json'), 'docker-check': 'auto', summary: 'always', 'github-token': '' },
    ...(tags.length > 0 ? { push: 'true', tags: tags.join('\n') } : {}),
  }
  const env = Object.fromEntries(Object.entries(inputs).map(([key, value]) => [`INPUT_${key.toUpperCase()}`, value]))
  for (const file of ['GITHUB_OUTPUT', 'GITHUB_STEP_SUMMARY', 'GITHUB_STATE']) {
    env[file] = join(files, file)
    writeFileSync(env[file], '')
  }
  return run(scene, [], {
    env: {
      ...env,
      GITHUB_ACTIONS: 'true',
      RUNNER_TEMP: tmp,
      GITHUB_WORKSPACE: folder,
      GITHUB_EVENT_NAME: 'push',
      GITHUB_REPOSITORY: 'o/r',
      GITHUB_SHA: '0'.repeat(40),
    },
    before: [action],
  })
}
