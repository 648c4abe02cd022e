// Jest's globalSetup for the engine tests: one engine for the run, its environment for all tests.
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'

const script = join(import.meta.dirname, 'engine')
const NO_ENGINE_POSSIBLE = 3

/** Leaves in process.env either the engine's environment or REPRO_GATE_NO_ENGINE / REPRO_GATE_ENGINE_FAILED with the reason. */
export default async function startEngine() {
  if (process.env.REPRO_GATE_ENGINE === '0') {
    process.env.REPRO_GATE_NO_ENGINE = 'REPRO_GATE_ENGINE=0 turned the engine off'
    return
  }
  const wasRunning = spawnSync(script, ['status'], { stdio: 'ignore' }).status === 0
  const { code, said } = await start()
  if (code === 0) {
    Object.assign(process.env, engineEnvironment())
    if (!wasRunning) process.env.REPRO_GATE_ENGINE_STARTED = '1'
  } else if (code === NO_ENGINE_POSSIBLE) process.env.REPRO_GATE_NO_ENGINE = lastLine(said)
  else process.env.REPRO_GATE_ENGINE_FAILED = lastLine(said) || 'scripts/engine start failed'
}

/** What `scripts/engine start` says is shown while it works: the first start takes half a minute. */
function start() {
  return new Promise(resolve => {
    const child = spawn(script, ['start'], { stdio: ['ignore', 'inherit', 'pipe'] })
    let said = ''
    child.stderr.on('data', chunk => {
      said += chunk
      process.stderr.write(chunk)
    })
    child.on('error', error =>
      resolve({ code: NO_ENGINE_POSSIBLE, said: `scripts/engine does not run: ${error.message}` }),
    )
    child.on('close', code => resolve({ code, said }))
  })
}

function engineEnvironment() {
  const lines = spawnSync(script, ['env'], { encoding: 'utf8' })
    .stdout.split('\n')
    .filter(line => line.includes('='))
  return Object.fromEntries(lines.map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))
}

const lastLine = text =>
  text
    .trim()
    .split('\n')
    .at(-1)
    ?.replace(/^engine: /, '') ?? ''
