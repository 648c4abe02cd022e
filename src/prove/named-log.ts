import type { Log } from '../ports.ts'

/** Several builds in one log: each line of a build says whose it is, because groups of a runner do not nest. */
export const namedLog = (log: Log, name: string): Log => ({
  info: text => log.info(`${name}: ${text}`),
  debug: text => log.debug(`${name}: ${text}`),
  warning: text => log.warning(`${name}: ${text}`),
  foreign: line => log.foreign(`${name} ${line}`),
  group: async (title, work) => {
    log.info(`${name}: ${title}`)
    return work()
  },
})
