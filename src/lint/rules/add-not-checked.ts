import { expand } from '../../dockerfile/scope.ts'
import { isRemote, namesItsContent } from '../commands/address.ts'
import type { Draft, Rule } from '../rule.ts'
import type { Step, View } from '../view.ts'
import { listed } from '../wording.ts'

export const addNotChecked: Rule = {
  id: 'RG404',
  title: 'ADD of an address without a checksum',
  level: 'warning',
  class: 'drift',
  on: true,
  // Windows images too: ADD is Docker's, not the shell's.
  check: view => view.stages.flatMap(stage => stage.steps.flatMap(step => checkStep(view, step))),
}

function checkStep(view: View, step: Step): Draft[] {
  const { instruction } = step
  if (instruction.keyword !== 'ADD' || instruction.flags.some(({ name }) => name === 'checksum')) return []
  const sources = sourcesOf(view, step).filter(({ address }) => isDownload(address) && !namesItsContent(address))
  const [first] = sources
  if (first === undefined) return []
  const addresses = sources.map(({ address }) => address)
  const target = instruction.json?.at(-1) ?? instruction.words.at(-1)?.raw ?? '/'
  const flags = instruction.flags.map(({ range }) => `${view.dockerfile.text.slice(range.start, range.end)} `).join('')
  return [
    {
      range: first.range,
      message: `This ADD takes whatever ${listed(addresses, 3)} serves on the day of the build. When the file there changes, the same commit builds another image, and nobody is told.`,
      fix: {
        text: 'Give the checksum of the file you mean: BuildKit then refuses any other. `curl -fsSL <address> | sha256sum` prints it.',
        snippet: `ADD --checksum=sha256:<sha256 of the file> ${flags}${first.address} ${target}`,
      },
      count: sources.length,
    },
  ]
}

function sourcesOf(view: View, step: Step): { address: string; range: { start: number; end: number } }[] {
  const { json, words, argumentRange } = step.instruction
  const known = (text: string): string => expand(text, step.scope, view.dockerfile.escape).value
  if (json !== null) return json.slice(0, -1).map(text => ({ address: known(text), range: argumentRange }))
  return words.slice(0, -1).map(({ raw, range }) => ({ address: known(raw), range }))
}

/** Of a file, by HTTP; a Git repository is pinned by its commit. */
const isDownload = (address: string): boolean =>
  /^https?:\/\//i.test(address) && isRemote(address) && !/\.git([#?]|$)/.test(address)
