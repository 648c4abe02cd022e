import type { Range } from '../dockerfile/dockerfile.ts'
import { expand } from '../dockerfile/scope.ts'
import type { Step, View } from './view.ts'

/** One source of an ADD. */
export interface AddSource {
  /** With variables replaced; `${X}` where one is not known. */
  address: string
  written: string
  range: Range
}

/** What an ADD adds, the heredocs too; in the JSON form all share the place of the operands. None for other instructions. */
export function addSourcesOf(view: View, { instruction, scope }: Step): AddSource[] {
  if (instruction.keyword !== 'ADD') return []
  const { json, words, argumentRange } = instruction
  const source = (written: string, range: Range): AddSource => ({
    written,
    address: expand(written, scope, view.dockerfile.escape).value,
    range,
  })
  if (json !== null) return json.slice(0, -1).map(text => source(text, argumentRange))
  return words.slice(0, -1).map(({ raw, range }) => source(raw, range))
}

/**
 * Whether a checksum may be looked up and written into an ADD. BuildKit takes one for one source only, and where a
 * variable stands the next build may mean another file.
 * @param since the first `docker/dockerfile:1.x` that knows the flag for such a source
 */
export function canTakeChecksum({ dockerfile }: View, { instruction }: Step, written: string, since: number): boolean {
  const { json, words } = instruction
  if ((json ?? words).length !== 2 || /[\s$\\`"']|:\/\/[^/]*@/.test(written)) return false
  return !dockerfile.directives.some(({ name, value }) => {
    const [, minor] = /dockerfile:(?:0|1\.(\d+))(?!\d)/.exec(value) ?? []
    return name === 'syntax' && /dockerfile:(0|1\.\d)/.test(value) && Number(minor ?? 0) < since
  })
}

/** A Git repository as BuildKit tells it from a file: by its scheme, or by `.git` at the end of the path. */
export const isGitAddress = (address: string): boolean =>
  /^(git|ssh):\/\//i.test(address) ||
  /^[\w.-]+@[\w.-]+:/.test(address) ||
  /^https?:\/\/[^#?]+\.git([#?]|$)/i.test(address)
