import { stripVTControlCharacters } from 'node:util'
import type { Log } from '../ports.ts'

/**
 * A text as a log may show it: control characters and bidirectional overrides are taken out, and nothing in it reads
 * as a command to the runner, which obeys `::x::` at the start of a line and `##[x]` anywhere in it.
 */
export function inert(text: string): string {
  return stripVTControlCharacters(text)
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]|[\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, '\ufffd')
    .replace(/##\[/g, '##\u200b[')
    .replace(/^(\s*):(?=:)/gm, '$1\u200b:')
}

/** What a terminal shows: progress on the given stream, debug only when asked for. */
export function terminalLog(write: (line: string) => void, options: { colour: boolean; debug: boolean }): Log {
  const paint = (code: number, text: string) => (options.colour ? `\u001b[${code}m${text}\u001b[0m` : text)
  return {
    info: text => write(inert(text)),
    debug: text => void (options.debug && write(paint(2, inert(text)))),
    warning: text => write(paint(33, `Warning: ${inert(text)}`)),
    foreign: line => write(paint(2, inert(line))),
    group: async (title, work) => {
      write(paint(1, inert(title)))
      return work()
    },
  }
}

/** The runner's own commands, as @actions/core writes them. */
export interface RunnerCommands {
  info(text: string): void
  debug(text: string): void
  warning(text: string): void
  startGroup(title: string): void
  endGroup(): void
}

/**
 * What the runner shows: groups to fold, and foreign lines behind a fence that only a secret word of this run ends.
 * @param fence the word, never shown to a build
 */
export function runnerLog(core: RunnerCommands, fence: () => string): Log & { unfence: () => void } {
  let word: string | null = null
  const unfence = () => {
    if (word !== null) core.info(`::${word}::`)
    word = null
  }
  const own =
    <A extends unknown[]>(say: (...args: A) => void) =>
    (...args: A) => {
      unfence()
      say(...args)
    }
  return {
    unfence,
    info: own(text => core.info(inert(text))),
    debug: own(text => core.debug(inert(text))),
    warning: own(text => core.warning(inert(text))),
    foreign: line => {
      if (word === null) {
        word = fence()
        core.info(`::stop-commands::${word}`)
      }
      core.info(inert(line))
    },
    group: async (title, work) => {
      unfence()
      core.startGroup(inert(title))
      try {
        return await work()
      } finally {
        unfence()
        core.endGroup()
      }
    },
  }
}
