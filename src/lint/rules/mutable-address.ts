import type { Range } from '../../dockerfile/dockerfile.ts'
import type { ShellCommand } from '../../dockerfile/shell.ts'
import { addSourcesOf, isGitAddress } from '../add-source.ts'
import { isRemote, movingPart } from '../commands/address.ts'
import { type Download, downloadsOf, isKept, longestPipe } from '../commands/download.ts'
import { isRepositoryKey } from '../commands/repository-key.ts'
import { isVerified } from '../commands/verification.ts'
import type { Draft, Rule } from '../rule.ts'
import type { Step, View } from '../view.ts'
import { quote } from '../wording.ts'
import { runnerOf } from './pipe-to-shell.ts'

export const mutableAddress: Rule = {
  id: 'RG403',
  title: 'Address that serves something else with time',
  level: 'warning',
  class: 'drift',
  on: true,
  check: view => [
    ...view.steps.flatMap(step => downloadsOf(view, step).flatMap(download => checkDownload(step, download))),
    ...view.stages.flatMap(stage => stage.steps.flatMap(step => checkAdd(view, step))),
  ],
}

function checkDownload(step: Step, download: Download): Draft[] {
  const address = download.addresses.find(one => movingPart(one) !== null)
  if (download.fixed || address === undefined || !hasEffect(download) || isRepositoryKey(download)) return []
  const word = download.words.find(({ value, partial }) => (value ?? partial).trim() === address)
  const { words, range } = download.command
  return [draftOf(address, word?.range ?? words[0]?.range ?? range, isVerified(step, download))]
}

/** What is kept, run, or put into a variable; what the log only shows is nothing to the image. */
function hasEffect(download: Download): boolean {
  if (isKept(download) || runnerOf(download) !== null) return true
  const { sink } = download
  if (sink.kind !== 'pipe') return sink.kind === 'substitution'
  let at: ShellCommand | null = sink.into
  for (let hops = 0; at !== null && hops < longestPipe; hops++, at = at.pipesInto) {
    if (at.substitutionIn !== null || at.wrappers.includes('xargs')) return true
  }
  return false
}

function checkAdd(view: View, step: Step): Draft[] {
  const source = addSourcesOf(view, step).find(
    ({ address }) =>
      /^https?:/i.test(address) && isRemote(address) && !isGitAddress(address) && movingPart(address) !== null,
  )
  const checked = step.instruction.flags.some(({ name }) => name === 'checksum')
  return source === undefined ? [] : [draftOf(source.address, source.range, checked)]
}

function draftOf(address: string, range: Range, checked: boolean): Draft {
  const part = quote(movingPart(address) ?? '')
  const then = checked
    ? 'The checksum keeps another file out, so on the day that it changes this commit stops building.'
    : 'The same commit builds another image as soon as something newer is published.'
  return {
    range,
    ...(checked ? { level: 'notice' as const } : {}),
    message: `${part} in ${quote(address, 120)} is not one thing but whatever is newest when the build runs. ${then}`,
    fix: {
      text: 'Name one release in the address: a version, or for a file of a repository the commit of 40 digits in place of the branch.',
    },
  }
}
