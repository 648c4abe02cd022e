// A clock that is wrong, jumps, stands still or runs backwards, and odd time zones: what comes out is the same.
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { hastyBundles } from './bundles.ts'
import { commands, lasting, project } from './commands.ts'
import { ended } from './ended.ts'
import { isWhole, must, tried } from './matrix.ts'

/** Date, as a process sees it whose machine's clock does what `CLOCK` says. */
const clock = `
const [how, value] = (process.env.CLOCK ?? '').split(' ')
const real = Date.now.bind(Date)
const began = real()
let asked = 0
const now = {
  at: () => Number(value) + real() - began,
  frozen: () => Number(value),
  leaping: () => real() + Number(value) * asked++,
  turned: () => real() + (asked++ % 2) * Number(value),
  later: () => real() + (asked++ > 3 ? Number(value) : 0),
}[how]
if (now) {
  const Real = Date
  globalThis.Date = class Date extends Real {
    constructor(...given) { given.length === 0 ? super(now()) : super(...given) }
    static now() { return Math.round(now()) }
  }
}
`
const day = 86_400_000
const year = 365 * day
const clocks = [
  ...['0', '315446400000', '2147483646500', '4294967295500', '253402300799500', '-1', '-62135596800000'].map(
    at => `at ${at}`,
  ),
  ...[`frozen ${2e12}`, `leaping ${day}`, `leaping ${-day}`, `turned ${40 * year}`, `turned ${-40 * year}`],
  ...[`later ${40 * year}`, `later ${-40 * year}`, `later ${-3_600_000}`, `later 3600000`],
].map(name => ({ name }))
const zones = ['Pacific/Kiritimati', 'America/St_Johns', 'Africa/Monrovia', 'No/Where', ':', '<+99>-99:59:59', '']

let bundle: Awaited<ReturnType<typeof hastyBundles>>
let made: ReturnType<typeof project>
beforeAll(async () => {
  bundle = await hastyBundles()
  writeFileSync(join(bundle.folder, 'clock.cjs'), clock)
  made = project()
}, 120_000)
afterAll(() => {
  for (const folder of [bundle?.folder, made?.root]) if (folder) rmSync(folder, { recursive: true, force: true })
})

const run = (args: readonly string[], env: Record<string, string>) =>
  ended(process.execPath, ['--require', join(bundle.folder, 'clock.cjs'), bundle.cli, ...args], {
    env: { PATH: made.path, NO_COLOR: '1', ...env },
    cwd: made.folder,
  })

const all = [...clocks.map(({ name }) => ({ CLOCK: name })), ...zones.map(TZ => ({ TZ }))]
const cells = commands.flatMap((place, p) =>
  all.flatMap((env, e) =>
    isWhole || e % commands.length === p
      ? [{ place, fault: { name: JSON.stringify(env), env }, times: 'always' as const }]
      : [],
  ),
)

test(
  `${cells.length} runs of ${commands.length} commands under clocks and time zones`,
  async () => {
    const truths = new Map<string, string>()
    for (const { name, args, code } of commands) {
      const told = await run(args, {})
      must(told.code === code, `${name}: exit code ${told.code}`, told.said)
      truths.set(name, lasting(told.said, made.folder))
    }
    const scenes = { begin: async () => null, end: async () => {}, workers: 2 }
    const wrong = await tried('clock', cells, scenes, async ({ place, fault }) => {
      const told = await run(place.args, fault.env as Record<string, string>)
      must(told.code === place.code, `exit code ${told.code}`, told.said)
      must(told.left.length === 0 && told.living.length === 0, `left behind: ${[...told.left, ...told.living]}`)
      must(!/(?<![\w-])-\d+(?:\.\d+)? (?:ms|s|min|h)\b|NaN|Invalid/.test(told.said), 'a time that is none', told.said)
      // What is drawn of times and dates may differ, and nothing else.
      // By a clock before the commit no build can be fair, and the gate says so.
      const isRefused = place.name === 'gate' && /lies in the future of this machine/.test(told.said)
      must(isRefused || lasting(told.said, made.folder) === truths.get(place.name), 'another answer', told.said)
      return `exit code ${told.code}, as it would have`
    })
    expect(wrong).toEqual([])
  },
  120_000 + cells.length * 4000,
)
