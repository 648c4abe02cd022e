// Runs a program and says what it took: processor seconds with those of all it started, seconds, and the peak of its memory.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Node's own figure of a child's peak counts its parent's before it began; only the process itself knows its own. */
const watcher = `process.on('exit', () => {
  const fs = require('node:fs')
  let peak = process.resourceUsage().maxRSS
  try { peak = Number(/VmHWM:\\s+(\\d+)/.exec(fs.readFileSync('/proc/self/status', 'utf8'))[1]) } catch {}
  fs.writeFileSync(process.env.BUDGET_PEAK, String(peak))
})`

/** What a measured program sees of this machine: nothing of a job on GitHub, whose names would change what it does. */
const plainEnvironment = () =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(GITHUB|RUNNER|ACTIONS|INPUT|NODE)_/.test(name)))

/** @param folder where it may write */
export function sampler(folder) {
  const [watch, peak, output] = ['watch.cjs', 'peak', 'output'].map(name => join(folder, name))
  writeFileSync(watch, watcher)
  const script = `TIMEFORMAT='TIMES %3U %3S %3R'
time for ((at = 0; at < $TIMES; at += 1)); do "$@" >"$OUTPUT"; code=$?; done
exit $code`
  /**
   * @param run `args` of Node, or `command` with arguments of its own; `times` how often, so that there is something to measure;
   * `codes` what it may end with
   * @returns of one time: `cpu` and `seconds`; `peak` in MiB, null of what is not Node; `output` of the last
   */
  return ({ args, command, times = 1, cwd = folder, env = {}, codes = [0] }) => {
    rmSync(peak, { force: true })
    const words = command ?? [process.execPath, '--require', watch, ...args]
    const result = spawnSync('bash', ['-c', script, 'bash', ...words], {
      ...{ cwd, encoding: 'utf8', maxBuffer: 1 << 28 },
      env: { ...plainEnvironment(), ...env, BUDGET_PEAK: peak, OUTPUT: output, TIMES: String(times) },
    })
    const [, user, system, seconds] = /TIMES (\S+) (\S+) (\S+)\s*$/.exec(result.stderr) ?? []
    const text = readFileSync(output, 'utf8')
    if (user === undefined || !codes.includes(result.status))
      throw new Error(
        `${words.join(' ')} ended with ${result.status}\n${result.stderr.slice(-2000)}\n${text.slice(-500)}`,
      )
    return {
      cpu: (Number(user) + Number(system)) / times,
      seconds: Number(seconds) / times,
      peak: existsSync(peak) ? Number(readFileSync(peak, 'utf8')) / 1024 : null,
      output: text,
    }
  }
}
