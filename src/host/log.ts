import { stripVTControlCharacters } from 'node:util'
import type { Log, Masking } from '../ports.ts'
import type { LiveProgress } from './live-progress.ts'

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
  /** Where the lines of a build pass by on one line; without it all of them are shown, one below the other. */
  live?: LiveProgress | undefined
  /** Milliseconds, for how long a group took: of a clock that nobody sets. */
  now?: () => number
}

/** What a terminal shows: progress on the given stream, debug only when asked for. */
export function terminalLog(
  write: (line: string) => void,
  { colour, debug, mask, live, now = () => performance.now() }: TerminalOptions,
): Log {
  const clean = harmless(mask)
  const paint = (code: number, text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text)
  return {
    info: text => write(clean(text)),
    debug: text => void (debug && write(paint(2, clean(text)))),
    warning: text => write(paint(33, `Warning: ${clean(text)}`)),
    foreign: line => (live === undefined ? write(paint(2, clean(line))) : live.build(clean(line))),
    group: async (title, work) => {
      const began = now()
      write(paint(1, clean(title)))
      const end = live?.phase(clean(title))
      try {
        return await work()
      } finally {
        end?.()
        const seconds = (now() - began) / 1000
        // A blink of an eye is no news.
        if (seconds >= 1) write(paint(2, `${clean(title)}: ${timeOf(seconds)}`))
      }
    },
  }
}

function timeOf(seconds: number): string {
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  return `${Math.floor(whole / 60)} min ${whole % 60} s`
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
