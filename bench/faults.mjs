// What the gate does when this machine fails it: signals, an engine that dies, a disk that is full, others at work beside it.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { beside } from './faults/beside.mjs'
import { builderKills } from './faults/builder.mjs'
import { fullDisk } from './faults/full-disk.mjs'
import { host } from './faults/host.mjs'
import { kills } from './faults/kills.mjs'
import { makeScene, prepare, randomFrom } from './faults/scene.mjs'
import { signals } from './faults/signals.mjs'
import { smallDisk } from './faults/small-disk.mjs'
import { tableOf } from './faults/table.mjs'

const { values: options } = parseArgs({
  options: {
    parts: { type: 'string', default: 'signals,full-disk,small-disk,kills,beside,host' },
    count: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    port: { type: 'string', default: '5251' },
    names: { type: 'string' },
    victims: { type: 'string' },
    rows: { type: 'string' },
    dist: { type: 'string', default: fileURLToPath(new URL('../dist', import.meta.url)) },
    base: { type: 'string', default: process.env.REPRO_GATE_BASE_IMAGE ?? 'localhost:5000/debian:bookworm-slim' },
  },
})
const scene = await makeScene({ cli: `${options.dist}/cli/index.cjs`, base: options.base, port: Number(options.port) })
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => scene.remove().finally(() => process.exit(130)))
try {
  await prepare(scene)
  const say = text => process.stderr.write(`${text}\n`)
  const shared = {
    count: Number(options.count),
    random: randomFrom(Number(options.seed)),
    action: `${options.dist}/action/index.cjs`,
    say,
    names: options.names?.split(','),
    victims: options.victims?.split(','),
  }
  for (const [part, work] of Object.entries({
    signals,
    'full-disk': fullDisk,
    'small-disk': smallDisk,
    kills,
    beside,
    host,
    builder: builderKills,
  })) {
    if (!options.parts.split(',').includes(part)) continue
    const rows = await work(scene, shared)
    if (options.rows) writeFileSync(join(options.rows, `${part}.json`), JSON.stringify(rows, null, 1))
    console.log(`\n## ${part}\n\n${tableOf(part, rows)}`)
    if (rows.some(({ problems }) => problems.length > 0)) process.exitCode = 1
  }
} finally {
  await scene.remove()
}
