import type { ShellCommand, ShellWord } from '../../dockerfile/shell.ts'

/** From where a shell or another interpreter takes the program it runs. */
export interface Program {
  kind: 'inline' | 'module' | 'file' | 'input'
  /** The script itself, the module's name or the file; null when it reads the program from its input. */
  word: ShellWord | null
}

const shells = /^(ba|da|a|z|k)?sh$/
export const pythons = /^(python|pypy)[\d.]*$/

/** @returns null for a command that is no interpreter, or one that runs nothing (`python --version`) */
export function programOf(command: ShellCommand): Program | null {
  const { name, words } = command
  if (name === 'eval') return { kind: 'inline', word: words[1] ?? null }
  if (name === '.' || name === 'source') return { kind: 'file', word: words[1] ?? null }
  if (shells.test(name))
    return readOptions(words, {
      inline: /^-[a-zA-Z]*c$/,
      input: /^-[a-zA-Z]*s$/,
      withValue: /^([-+]o|-O|--rcfile|--init-file)$/,
    })
  if (pythons.test(name))
    return readOptions(words, { inline: /^-[a-zA-Z]*c$/, module: /^-[a-zA-Z]*m$/, withValue: /^-[XW]$/ })
  if (name === 'perl' || name === 'ruby')
    return readOptions(words, { inline: /^-[a-zA-Z0-9]*[eE]$/, withValue: /^-[IMr]$/ })
  if (name === 'node' || name === 'bun')
    return readOptions(words, { inline: /^(-e|-p|-pe|--eval|--print)$/, withValue: /^(-r|--require|--import)$/ })
  if (name === 'php') return readOptions(words, { inline: /^-r$/, withValue: /^-[dc]$/ })
  return null
}

interface Switches {
  inline: RegExp
  module?: RegExp
  input?: RegExp
  withValue: RegExp
}

function readOptions(words: ShellWord[], { inline, module, input, withValue }: Switches): Program | null {
  for (let at = 1; at < words.length; at++) {
    const word = words[at] as ShellWord
    const text = word.partial
    if (text === '-' || text === '/dev/stdin' || input?.test(text)) return { kind: 'input', word: null }
    if (!/^[-+]/.test(text)) return { kind: 'file', word }
    if (inline.test(text)) return { kind: 'inline', word: words[at + 1] ?? null }
    if (module?.test(text)) return { kind: 'module', word: words[at + 1] ?? null }
    if (module !== undefined && /^-m\w/.test(text))
      return { kind: 'module', word: { ...word, value: text.slice(2), partial: text.slice(2) } }
    if (/^(--version|--help|-V|-VV|-h|-v)$/.test(text)) return null
    if (withValue.test(text)) at++
  }
  return { kind: 'input', word: null }
}

/** Runs a shell script that we cannot read: `./setup.sh`, `bash x.sh`, `curl … | sh`. */
export function runsOwnScript(command: ShellCommand): boolean {
  if (/\.(sh|bash)$/.test(command.name)) return true
  if (!shells.test(command.name) && command.name !== '.' && command.name !== 'source') return false
  const program = programOf(command)
  return program?.kind === 'file' || program?.kind === 'input'
}
