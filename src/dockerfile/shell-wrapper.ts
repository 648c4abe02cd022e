import type { ShellWord } from './shell-command.ts'

/** A command with what only starts it taken off. */
export interface Unwrapped {
  wrappers: string[]
  /** How many words belong to the wrappers. */
  skipped: number
}

/** Options that take the next word as their value, by wrapper; and how many operands come before the command. */
const wrappers: Record<string, { withValue: string[]; operands?: number; assignments?: boolean }> = {
  sudo: {
    withValue: ['-u', '-g', '-h', '-p', '-C', '-T', '-U', '-r', '-t', '-D', '-R', '--user', '--group'],
    assignments: true,
  },
  doas: { withValue: ['-u', '-C'] },
  env: { withValue: ['-u', '-C', '--unset', '--chdir'], assignments: true },
  xargs: {
    withValue: [
      '-I',
      '-n',
      '-P',
      '-L',
      '-d',
      '-E',
      '-s',
      '-a',
      '--max-args',
      '--max-procs',
      '--arg-file',
      '--delimiter',
    ],
  },
  time: { withValue: ['-f', '-o'] },
  nice: { withValue: ['-n'] },
  ionice: { withValue: ['-c', '-n'] },
  nohup: { withValue: [] },
  setsid: { withValue: [] },
  exec: { withValue: ['-a'] },
  command: { withValue: [] },
  builtin: { withValue: [] },
  stdbuf: { withValue: ['-i', '-o', '-e'] },
  eatmydata: { withValue: [] },
  timeout: { withValue: ['-s', '-k'], operands: 1 },
  gosu: { withValue: [], operands: 1 },
  'su-exec': { withValue: [], operands: 1 },
  chronic: { withValue: [] },
}

/** Environment managers whose `run` starts another command. */
const runners: Record<string, string[]> = {
  conda: ['-n', '--name', '-p', '--prefix', '--cwd'],
  mamba: ['-n', '--name', '-p', '--prefix', '--cwd'],
  micromamba: ['-n', '--name', '-p', '--prefix', '--cwd'],
}

/** Finds the command behind `sudo -u x env A=1 xargs …`. Nothing is taken off when no command would be left. */
export function unwrap(words: ShellWord[]): Unwrapped {
  const found: Unwrapped = { wrappers: [], skipped: 0 }
  for (let round = 0; round < 20; round++) {
    const name = commandName(words[found.skipped])
    const end = wrapperEnd(name, words, found.skipped)
    if (end === null || end >= words.length) return found
    found.wrappers.push(name)
    found.skipped = end
  }
  return found
}

/** The last path component of a command word, empty when unknown: `${CONDA_DIR}/bin/pip` is `pip`. */
export function commandName(word: ShellWord | undefined): string {
  if (word === undefined) return ''
  const name = word.partial.slice(word.partial.lastIndexOf('/') + 1)
  return /\$[({]/.test(name) || (word.value === null && !word.partial.includes('/')) ? '' : name
}

/** The index of the first word behind a wrapper; null when it is none. */
function wrapperEnd(name: string, words: ShellWord[], start: number): number | null {
  const runner = Object.hasOwn(runners, name) ? runners[name] : undefined
  if (runner !== undefined && words[start + 1]?.value === 'run') return skipOptions(words, start + 2, runner, false)
  const wrapper = Object.hasOwn(wrappers, name) ? wrappers[name] : undefined
  if (wrapper === undefined) return null
  const first = words[start + 1]?.value ?? ''
  if (name === 'command' && /^-[vV]+$/.test(first)) return null
  const end = skipOptions(words, start + 1, wrapper.withValue, wrapper.assignments === true)
  return end + (wrapper.operands ?? 0)
}

function skipOptions(words: ShellWord[], start: number, withValue: string[], assignments: boolean): number {
  let at = start
  while (at < words.length) {
    const text = words[at]?.partial ?? ''
    if (text === '--') return at + 1
    if (text.startsWith('-')) at += withValue.includes(text) ? 2 : 1
    else if (assignments && /^\w+=/.test(text)) at++
    else break
  }
  return at
}

const shells = ['sh', 'bash', 'dash', 'ash', 'ksh', 'zsh']

export const isShell = (name: string): boolean => shells.includes(name)

/**
 * Which word, if any, is a script another shell reads: `sh -c '…'`, `bash -exc '…'`, `su x -c '…'`, and all of `eval …`.
 * @returns the index of the word, `rest` when all arguments together are the script, or null
 */
export function scriptWord(name: string, words: ShellWord[]): number | 'rest' | null {
  if (name === 'eval') return words.length > 1 ? 'rest' : null
  const switches = isShell(name) ? /^-[a-zA-Z]*c$/ : name === 'su' || name === 'runuser' ? /^(?:-c|--command)$/ : null
  if (switches === null) return null
  for (let at = 1; at < words.length; at++) {
    const text = words[at]?.partial ?? ''
    if (switches.test(text)) {
      let script = at + 1
      // `sh -c -e 'x'`: options may still come.
      while (isShell(name) && /^[-+][a-zA-Z]+$/.test(words[script]?.partial ?? '')) script++
      return script < words.length ? script : null
    }
    // `-o pipefail`, `-euxo pipefail`: the word after is no script file.
    const option = /^[-+]/.test(text) || /^[-+][a-zA-Z]*o$/.test(words[at - 1]?.partial ?? '')
    if (isShell(name) && !option) return null
  }
  return null
}

/** Whether a shell reads its script from standard input: `bash`, `bash -s`, `sh -e -`. */
export const readsStandardInput = (name: string, words: ShellWord[]): boolean =>
  isShell(name) &&
  words.slice(1).every(word => /^[-+]/.test(word.partial) || ['errexit', 'pipefail'].includes(word.partial)) &&
  !words.some(word => /^-[a-zA-Z]*c$/.test(word.partial))
