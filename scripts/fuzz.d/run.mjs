// One target, fuzzed: inputs made until there are enough, what goes wrong tried again without counters and made small.
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { countingProgram, engineProgram, plainProgram, root, targetsOf } from './program.mjs'
import { shrunk } from './shrink.mjs'
import { Watched } from './watched.mjs'

/** @returns what all targets of a list share: the programs, the targets themselves, and a worker without counters */
export async function prepared(folder, list, hangSeconds) {
  mkdirSync(folder, { recursive: true })
  const [engine, plain] = await Promise.all([engineProgram(folder), plainProgram(folder, list)])
  const trying = new Watched({ engine, program: plain }, hangSeconds)
  return { folder, list, engine, trying, targets: targetsOf(plain) }
}

/**
 * Fuzzes a target.
 * @param asked inputs, seconds and seed; counting: whether inputs that reach something new are kept and changed on;
 *   findings: folder for what goes wrong; corpus: folder for what reached something new, or nothing
 * @returns a row for the table, and what was found
 */
export async function fuzz(target, { folder, list, engine, trying }, asked) {
  const { name } = target
  const { program, places } = asked.counting ? await countingProgram(folder, list, name) : { places: null }
  const fuzzing = program === undefined ? trying : new Watched({ engine, program }, asked.hangSeconds)
  const kept = filesOf(asked.corpus && join(asked.corpus, name))
  const corpus = [...filesOf(join(root, '__tests__/fuzz/seeds', name)), ...kept]
  const raw = []
  let [done, reached, known, restarts, last, isSpent] = [0, 0, 0, 0, { count: 0 }, false]
  let worst = { ms: 0, bytes: Buffer.alloc(0) }
  const told = message => {
    if (message.kind === 'problem')
      raw.push({ sign: message.sign, told: message.told, bytes: Buffer.from(message.bytes) })
    else if (message.kind === 'news') corpus.push(message.bytes)
    else if (message.kind === 'worst') worst = { ms: message.ms, bytes: Buffer.from(message.bytes) }
    else if (message.kind === 'so far') last = message
  }
  const started = process.cpuUsage()
  const left = () => ({ inputs: asked.inputs - done, seconds: asked.seconds - seconds(process.cpuUsage(started)) })
  while (left().inputs > 0 && !isSpent && restarts < 3) {
    last = { count: 0 }
    try {
      const task = { kind: 'fuzz', target: name, ...left(), seed: asked.seed + restarts, corpus }
      const answer = await fuzzing.task(task, told)
      done += answer.count
      if (answer.count < task.inputs) isSpent = true
      ;({ reached, known } = answer)
    } catch (error) {
      if (error.bytes === undefined) throw error
      raw.push({ sign: error.message, told: error.message, bytes: error.bytes })
      restarts += 1
      done += last.count
    }
  }
  if (fuzzing !== trying) await fuzzing.end()
  const cpu = seconds(process.cpuUsage(started))
  const found = await confirmed(name, raw, trying)
  const slowest = worst.bytes.length === 0 ? null : await tried(trying, name, worst.bytes)
  keep(
    asked.findings && join(asked.findings, name),
    found.map(({ bytes }) => bytes),
  )
  keep(asked.corpus && join(asked.corpus, name), corpus)
  const row = {
    name,
    inputs: done,
    seconds: cpu,
    places,
    reached,
    known,
    worstMs: slowest?.ms ?? null,
    worstBytes: worst.bytes.length,
  }
  return { row, found }
}

/** What goes wrong without counters too, one of each kind, as small as it was got. */
async function confirmed(name, raw, trying) {
  const [found, asked] = [new Map(), new Set()]
  for (const { sign, bytes } of raw) {
    if (asked.has(sign)) continue
    asked.add(sign)
    const again = await tried(trying, name, bytes)
    if (again.problem === null || found.has(again.problem.sign)) continue
    const endsWorker = /^(hangs|out of memory|exit|died)/.test(again.problem.sign)
    const signOf = async less => (await tried(trying, name, less)).problem?.sign ?? null
    const tries = endsWorker ? 4 : again.problem.sign === 'slow' ? 12 : 400
    const small = await shrunk(bytes, again.problem.sign, signOf, tries)
    const { problem } = await tried(trying, name, small)
    found.set(again.problem.sign, { name, first: sign, ...(problem ?? again.problem), bytes: small })
  }
  return [...found.values()]
}

async function tried(trying, name, bytes) {
  try {
    return await trying.task({ kind: 'try', target: name, bytes })
  } catch (error) {
    if (error.bytes === undefined) throw error
    return { problem: { sign: error.message, told: error.message }, ms: Number.NaN }
  }
}

const seconds = ({ user, system }) => (user + system) / 1e6

function filesOf(folder) {
  if (!folder || !existsSync(folder)) return []
  return readdirSync(folder)
    .sort()
    .map(file => readFileSync(join(folder, file)))
}

function keep(folder, all) {
  if (!folder || all.length === 0) return
  mkdirSync(folder, { recursive: true })
  for (const bytes of all)
    writeFileSync(join(folder, createHash('sha256').update(bytes).digest('hex').slice(0, 16)), bytes)
}

/** What becomes of one input, read alone. */
export const tryFile = (name, file, { trying }) => tried(trying, name, readFileSync(file))
