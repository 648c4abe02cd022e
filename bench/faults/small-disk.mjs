// A place for temporary files that is really full, at one size after the other: what docker itself writes there fails, too.
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { clearLeft, leftOf, run } from './scene.mjs'

const kilobytes = [16, 64, 256, 1024, 2048, 4096, 8192, 12_288, 16_384, 24_576, 32_768, 65_536]

/** @returns rows, one for each run */
export async function smallDisk(scene, { say, sizes = kilobytes }) {
  const { folder, out, more } = scene
  const [context, tmp] = [join(folder, 'big'), join(folder, 'small')]
  for (const place of [context, tmp]) mkdirSync(place)
  const from = readFileSync(join(folder, 'same/Dockerfile'), 'utf8').split('\n')[0]
  writeFileSync(join(context, 'Dockerfile'), `${from}\nRUN head -c 8000000 /dev/urandom > /big\n`)
  const fixed = ['--source-date-epoch', '1700000000', '--config', 'none', ...more, '--report', join(out, 'report.json')]
  const commands = {
    gate: { args: ['gate', context, ...fixed], codes: [1, 2] },
    record: { args: ['record', context, ...fixed.slice(0, -2), '--record', join(out, 'record.gz')], codes: [0, 2] },
  }
  const rows = []
  for (const size of sizes)
    for (const [name, { args, codes }] of Object.entries(commands)) {
      clearLeft(scene)
      execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}k`, 'tmpfs', tmp])
      try {
        const result = await run({ ...scene, env: { ...scene.env, TMPDIR: tmp } }, args).ended
        const left = await leftOf({ ...scene, tmp }, result)
        const problems = Object.entries(left).map(([kind, found]) => `${kind}: ${found.join(', ')}`)
        const told = result.stderr + result.stdout
        if (!codes.includes(result.code)) problems.push(`exit code ${result.code}`)
        if (/This should not have happened|Unhandled|\n {4}at /.test(told)) problems.push('a stack trace')
        if (result.code === 2 && !/disk|space|MiB|KiB/.test(told)) problems.push('no word of the disk')
        if (name === 'record' && existsSync(join(out, 'record.gz')) !== (result.code === 0))
          problems.push('a record that is not whole, or none')
        rows.push({ ...result, name, size, left, problems })
        say(`${size} KiB for temporary files, ${name}: ${result.code}${problems.map(text => `\n  ${text}`).join('')}`)
        say(
          `    ${told
            .trim()
            .split('\n')
            .findLast(line => /disk|space/.test(line))
            ?.slice(0, 300)}`,
        )
      } finally {
        spawnSync('umount', ['--lazy', tmp])
      }
    }
  return rows
}
