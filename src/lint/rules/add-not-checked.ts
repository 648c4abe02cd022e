import type { Flag } from '../../dockerfile/dockerfile.ts'
import { addSourcesOf, canTakeChecksum, isGitAddress } from '../add-source.ts'
import { isRemote, namesItsContent } from '../commands/address.ts'
import { isPlaceholderHash } from '../placeholder.ts'
import type { Draft, Rule } from '../rule.ts'
import { type Step, type View, valueAt } from '../view.ts'
import { listed, quote } from '../wording.ts'

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
  const checksum = instruction.flags.find(({ name }) => name === 'checksum')
  if (checksum !== undefined) return checkPlaceholder(view, step, checksum)
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

/** Somebody meant to check the file, and left a stand-in. A Git repository takes the beginning of a commit, too: not here. */
function checkPlaceholder(view: View, step: Step, { range, value, valueRange }: Flag): Draft[] {
  const written = value === null ? null : valueAt(view, step, value)
  if (written === null || written === '' || !isPlaceholderHash(written)) return []
  if (!addSourcesOf(view, step).some(({ address }) => isDownload(address))) return []
  return [
    {
      range: valueRange ?? range,
      level: 'error',
      message: `${quote(written, 90)} is a checksum that nobody computed. No file has it, so the build fails until the real one stands here.`,
      fix: { text: 'Write the checksum of the file you mean: `curl -fsSL <address> | sha256sum` prints it.' },
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
