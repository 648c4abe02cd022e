// Runs bundled tests with the mutant it is told of, and says how they ended.
import module from 'node:module'

module.enableCompileCache?.()
// Time that every one of them needs, before there is anything to do.
await import('@jest/expect')
await import('jest-mock')

let count = 0

process.on('message', async ({ bundle, mutant }) => {
  globalThis.__mutant = mutant
  const before = process.cpuUsage()
  const told = await outcome(bundle)
  const { user, system } = process.cpuUsage(before)
  process.send({ ...told, seconds: (user + system) / 1e6 })
})
// What is thrown outside of a test fails it in jest, too; a promise that nobody waits for does not.
process.on('uncaughtException', error => process.send({ passed: false, why: String(error?.message ?? error) }))
process.on('unhandledRejection', () => {})

async function outcome(bundle) {
  try {
    // Loaded anew: what it keeps from one test to the next is nothing to the next mutant.
    count += 1
    const { runAll } = await import(`${bundle}?${count}`)
    return { passed: true, ...(await runAll()) }
  } catch (error) {
    return { passed: false, why: String(error?.message ?? error).slice(0, 300) }
  }
}
