import { fileNameOf, namesItsContent } from '../commands/address.ts'
import { type Download, downloadsOf, isKept } from '../commands/download.ts'
import { programOf } from '../commands/program.ts'
import { isRepositoryKey } from '../commands/repository-key.ts'
import { isVerificationData, isVerified } from '../commands/verification.ts'
import { absolute, isWithin } from '../reach.ts'
import type { Draft, Rule } from '../rule.ts'
import type { Step } from '../view.ts'
import { quote } from '../wording.ts'

export const downloadUnverified: Rule = {
  id: 'RG401',
  title: 'Download that nobody checks',
  level: 'warning',
  class: 'drift',
  on: true,
  check: view =>
    view.steps.flatMap(step =>
      downloadsOf(view, step)
        .filter((download, index, all) => isOpen(step, download) && !isSecondTry(download, all[index - 1]))
        .map(download => draftOf(step, download)),
    ),
}

/** `curl -O x || wget x`: another way to the same file. */
const isSecondTry = ({ command, addresses }: Download, before: Download | undefined): boolean =>
  command.guard === 'or' && addresses[0] !== undefined && addresses[0] === before?.addresses[0]

/** Kept, not fixed by its address, not checked, and not one of the things another rule speaks of. */
function isOpen(step: Step, download: Download): boolean {
  const { addresses, files, fixed } = download
  const byContent = addresses.length > 0 && addresses.every(namesItsContent)
  if (fixed || byContent || !isKept(download) || isRepositoryKey(download)) return false
  if (files.length > 0 && files.every(isVerificationData)) return false
  if (files.length > 0 && files.every(file => isInCache(step, file))) return false
  return !isVerified(step, download)
}

const isInCache = (step: Step, file: string): boolean =>
  step.mounts.some(
    ({ type, options: { target } }) =>
      type === 'cache' && target !== undefined && isWithin(absolute(file), absolute(target)),
  )

function draftOf(step: Step, download: Download): Draft {
  const [address] = download.addresses
  const what = address === undefined ? `what the list ${quote(download.list ?? '')} names` : quote(address, 120)
  const executed = isExecuted(step, download)
  const piped = download.sink.kind === 'pipe' ? download.sink.into : null
  const fate = executed ? ' and runs it' : piped === null ? '' : ` into ${quote(piped.name)}`
  const check = piped === null ? 'and nothing checks what came' : 'and nothing can be checked in a pipe'
  return {
    range: download.command.words[0]?.range ?? download.command.range,
    level: executed ? 'error' : 'warning',
    message: `This fetches ${what}${fate}, ${check}. When the server has another file there tomorrow, the same commit builds another image, or runs a stranger's code, and nobody is told.`,
    fix: fixOf(download),
    count: Math.max(1, download.addresses.length),
  }
}

function fixOf({ addresses: [address = ''], files: [file], sink }: Download): NonNullable<Draft['fix']> {
  if (!/^https?:/.test(address)) {
    return {
      text: 'Compare the checksum of the file in this RUN, or name a fixed revision of it.',
      snippet: 'echo "<sha256>  <file>" | sha256sum -c -',
    }
  }
  const place = file === undefined || file.includes('$') ? '/tmp/' : absolute(file, '/tmp')
  const own =
    sink.kind === 'pipe'
      ? 'write it to a file first and compare its checksum before it is used'
      : 'compare its checksum in this RUN: `echo "<sha256>  <file>" | sha256sum -c -`'
  return {
    text: `Let BuildKit fetch and check it, or ${own}.`,
    snippet: `ADD --checksum=sha256:<sha256 of the file> ${address} ${place}`,
  }
}

/** A later command of the RUN is the file, or an interpreter that is given it. */
function isExecuted(step: Step, { command, files }: Download): boolean {
  const runs = lastRuns(step)
  return files.some(file => (runs.get(fileNameOf(file)) ?? -1) > command.range.start)
}

const known = new WeakMap<Step, Map<string, number>>()

/** Where each file is last run, by its name. */
function lastRuns(step: Step): Map<string, number> {
  const answered = known.get(step)
  if (answered !== undefined) return answered
  const runs = new Map<string, number>()
  for (const command of step.script.commands) {
    const program = programOf(command)
    const run = program?.kind === 'file' ? (program.word?.partial ?? '') : (command.words[0]?.partial ?? '')
    const name = fileNameOf(run)
    if ((program?.kind === 'file' || run.includes('/')) && name !== '' && !name.includes('$'))
      runs.set(name, Math.max(runs.get(name) ?? -1, command.range.start))
  }
  known.set(step, runs)
  return runs
}
