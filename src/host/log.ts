import { stripVTControlCharacters } from 'node:util'
import type { Log, Masking } from '../ports.ts'

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

/** The same without secrets: also without those that only escapes and controls kept apart. */
export const harmless =
  (mask: Masking['text'] = text => text) =>
  (text: string): string =>
    mask(inert(mask(text)))

interface TerminalOptions {
  colour: boolean
  debug: boolean
  /** Takes secrets out. */
  mask?: Masking['text']
}

/** What a terminal shows: progress on the given stream, debug only when asked for. */
export function terminalLog(write: (line: string) => void, { colour, debug, mask }: TerminalOptions): Log {
  const clean = harmless(mask)
  const paint = (code: number, text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text)
  return {
    info: text => write(clean(text)),
    debug: text => void (debug && write(paint(2, clean(text)))),
    warning: text => write(paint(33, `Warning: ${clean(text)}`)),
    foreign: line => write(paint(2, clean(line))),
    group: async (title, work) => {
      write(paint(1, clean(title)))
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
 * @param mask takes secrets out: the runner does that only for what it was told of
 */
export function runnerLog(
  core: RunnerCommands,
  fence: () => string,
  mask?: Masking['text'],
): Log & { unfence: () => void } {
  const clean = harmless(mask)
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
    info: own(text => core.info(clean(text))),
    debug: own(text => core.debug(clean(text))),
    warning: own(text => core.warning(clean(text))),
    foreign: line => {
      if (word === null) {
        word = fence()
        core.info(`::stop-commands::${word}`)
      }
      core.info(clean(line))
    },
    group: async (title, work) => {
      unfence()
      core.startGroup(clean(title))
      try {
        return await work()
      } finally {
        unfence()
        core.endGroup()
      }
    },
  }
}
