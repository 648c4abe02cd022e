import type { Range } from '../../dockerfile/dockerfile.ts'
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
      ...lookupFor(view, step, first.written),
    },
  ]
}

/** BuildKit takes a checksum for one source only, and where a variable stands the next build may mean another file. */
function lookupFor(view: View, { instruction }: Step, written: string): Pick<Draft, 'lookup'> {
  const { json, words, keywordRange } = instruction
  if ((json ?? words).length !== 2 || !/^https?:\/\/[^\s$\\`"'@]+$/i.test(written) || hasOldSyntax(view)) return {}
  const edit = { range: { start: keywordRange.end, end: keywordRange.end }, text: ' --checksum={}' }
  return { lookup: { kind: 'url-checksum', reference: written, edit } }
}

/** The flag is known from docker/dockerfile:1.6 on. */
const hasOldSyntax = ({ dockerfile }: View): boolean =>
  dockerfile.directives.some(({ name, value }) => name === 'syntax' && /dockerfile:(0|1\.[0-5])(?!\d)/.test(value))

interface Source {
  written: string
  /** With the variables that are known. */
  address: string
  range: Range
}

function sourcesOf(view: View, step: Step): Source[] {
  const { json, words, argumentRange } = step.instruction
  const known = (text: string): string => expand(text, step.scope, view.dockerfile.escape).value
  if (json !== null)
    return json.slice(0, -1).map(text => ({ written: text, address: known(text), range: argumentRange }))
  return words.slice(0, -1).map(({ raw, range }) => ({ written: raw, address: known(raw), range }))
}

/** Of a file, by HTTP; a Git repository is pinned by its commit. */
const isDownload = (address: string): boolean =>
  /^https?:\/\//i.test(address) && isRemote(address) && !/\.git([#?]|$)/.test(address)
