// Gates beside each other on one engine, in one working folder, with the same output files; and somebody who clears the
// builder's cache meanwhile.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { clearLeft, commandsOf, isWhole, leftOf, run } from './scene.mjs'

/** @returns rows, one for each run */
export async function beside(scene, { random, rounds = 10, say }) {
  const rows = []
  const pairs = [
    ['gate', 'gate'],
    ['gate', 'gate that differs'],
    ['gate that differs', 'gate that differs'],
    ['gate', 'record'],
    ['push', 'push'],
  ]
  for (let round = 0; round < rounds; round += 1) {
    const names = pairs[round % pairs.length]
    const prunes = round >= pairs.length
    clearLeft(scene)
    const repository = `beside${process.pid}-${round}`
    await scene.registry.seed(repository, ['one', 'two'])
    const started = []
    for (const name of names) {
      const { args, tags = [], code } = commandsOf(scene)[name]
      const named = tags.flatMap(tag => ['--tag', `${scene.registry.name}/${repository}:${tag}`])
      started.push({ name, usual: code, ...run(scene, [...args, ...named]) })
      await setTimeout(Math.round(random() * 1500))
    }
    let over = false
    const pruning = (async () => {
      while (prunes && !over) {
        // What of it is in use cannot be cleared, and is told as an error.
        try {
          scene.engine.docker('buildx', 'prune', '--all', '--force')
        } catch {}
        await setTimeout(Math.round(200 + random() * 1500))
      }
    })()
    const results = await Promise.all(started.map(({ ended }) => ended))
    over = true
    await pruning
    const tags = Object.values(await scene.registry.tags(repository))
    for (const [at, result] of results.entries()) {
      const { name, usual } = started[at]
      const left = await leftOf(scene, result)
      const problems = problemsOf({ ...result, left }, { usual, prunes, names, out: scene.out })
      if (new Set(tags).size > 1) problems.push('the tags stand for two images')
      rows.push({ ...result, name, names, prunes, left, problems })
      say(
        `${names.join(' beside ')}${prunes ? ' and prune' : ''}, ${name}: ${result.code}${problems.map(text => `\n  ${text}`).join('')}`,
      )
      if (problems.length > 0 || result.code !== usual) say(result.stdout.split('\n').slice(-14).join('\n'))
    }
  }
  return rows
}

function problemsOf({ code, stderr, left }, { usual, prunes, names, out }) {
  const problems = []
  // A cache that is cleared under a gate leaves it with less to show, never with another verdict.
  if (code !== usual && !(prunes && code === 2)) problems.push(`exit code ${code}`)
  if (/This should not have happened|Unhandled|\n {4}at /.test(stderr)) problems.push('a stack trace')
  for (const [kind, found] of Object.entries(left)) problems.push(`${kind}: ${found.join(', ')}`)
  const report = join(out, 'report.json')
  if (code !== 2 && !existsSync(report) && !names.includes('record')) problems.push('no report')
  if (existsSync(report) && isWhole(report)) {
    const { verdict } = JSON.parse(readFileSync(report, 'utf8'))
    const truths = names.flatMap(name => (name === 'gate that differs' ? ['not-reproducible'] : ['reproducible']))
    if (![...truths, ...(prunes ? ['undecided'] : [])].includes(verdict)) problems.push(`the verdict ${verdict}`)
  }
  return problems
}
