import { addSourcesOf, canTakeChecksum, isGitAddress } from '../add-source.ts'
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
  if (instruction.flags.some(({ name }) => name === 'checksum')) return []
  const sources = addSourcesOf(view, step).filter(({ address }) => isDownload(address) && !namesItsContent(address))
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

function lookupFor(view: View, step: Step, written: string): Pick<Draft, 'lookup'> {
  if (!canTakeChecksum(view, step, written, 6)) return {}
  const { end } = step.instruction.keywordRange
  const edit = { range: { start: end, end }, text: ' --checksum={}' }
  return { lookup: { kind: 'url-checksum', reference: written, edit } }
}

/** Of a file, by HTTP; a Git repository is pinned by its commit. */
const isDownload = (address: string): boolean =>
  /^https?:\/\//i.test(address) && isRemote(address) && !isGitAddress(address)
