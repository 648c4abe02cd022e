import type { Given } from './options.ts'
import type { Command, OptionName } from './table.ts'
import { labelOf, shown } from './value.ts'

/** What is run in both images. */
export interface SmokeCommand {
  /** As it was given. */
  text: string
  /** The words that are run; the first one is a program of the image. */
  words: string[]
  /** Absolute paths in the image whose bytes are compared afterwards. */
  files: string[]
}

export interface SmokeOptions {
  /** Null: nothing is run. */
  smoke: SmokeCommand | null
}

const mostBytes = 64 * 1024
const mostFiles = 50

/** Checks what is given for them; a command is an exec form or text for a shell, as that of a Dockerfile's CMD. */
export function smokeIn(command: Command, given: Given, problems: string[]): SmokeOptions {
  const text = given['smoke-command']?.at(-1)?.trim() ?? ''
  const files = [...new Set((given['smoke-files'] ?? []).map(path => path.trim()).filter(path => path !== ''))]
  if (text === '' && files.length === 0) return { smoke: null }
  const problem = (name: OptionName, words: string) => problems.push(`${labelOf(name)}: ${words}`)
  // Those that build once refuse it with all else that is for two builds.
  if (['lint', 'fix', 'compare', 'report'].includes(command))
    problem(text === '' ? 'smoke-files' : 'smoke-command', 'only the gate builds images that it could be run in')
  if (text === '') problem('smoke-files', 'say with smoke-command (--smoke-command) what writes them')
  if (Buffer.byteLength(text) > mostBytes) problem('smoke-command', `it is longer than ${mostBytes} bytes`)
  const words = wordsOf(text)
  if (words.some(word => word.includes('\0'))) problem('smoke-command', 'it has a NUL character in it')
  if (files.length > mostFiles)
    problem('smoke-files', `${files.length} are named; name at most ${mostFiles}, or a folder`)
  for (const path of files) {
    const why = whyNoPath(path)
    if (why !== null) problem('smoke-files', `'${shown(path)}' ${why}`)
  }
  return { smoke: { text, words, files } }
}

/** A JSON array of texts is run as it is; what is none, even if it begins like one (`[ -f x ]`), is for the shell. */
function wordsOf(text: string): string[] {
  const array = jsonIn(text)
  const isExec = Array.isArray(array) && array.length > 0 && array.every(word => typeof word === 'string')
  return isExec && array[0] !== '' ? array : ['/bin/sh', '-c', text]
}

function jsonIn(text: string): unknown {
  try {
    return text.startsWith('[') ? JSON.parse(text) : null
  } catch {
    return null
  }
}

/** Why BuildKit's COPY would take it for something else. */
function whyNoPath(path: string): string | null {
  if (!path.startsWith('/')) return 'is not an absolute path in the image, such as /out/result.csv'
  if (path.length > 1000) return 'is longer than 1000 characters'
  if (/[\p{Cc}\p{Cs}$"'\\*?[\]^]/u.test(path)) return 'has a character in it that is not taken: $ " \' \\ * ? [ ] ^'
  const parts = path.slice(1).split('/')
  if (parts.some(part => part === '' || part === '.' || part === '..')) return 'is not a plain path of a file or folder'
  return /[\p{L}\p{N}]/u.test(parts.at(-1) ?? '') ? null : 'has a last part without a letter or digit'
}
