import { fileNameOf, namesItsContent } from '../commands/address.ts'
import { type Download, downloadsOf, isKept } from '../commands/download.ts'
import { programOf } from '../commands/program.ts'
import { isRepositoryKey } from '../commands/repository-key.ts'
import { isVerificationData, isVerified, isVerifiedLater } from '../commands/verification.ts'
import { absolute, isWithin } from '../reach.ts'
import type { Draft, Rule } from '../rule.ts'
import type { StageView, Step } from '../view.ts'
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
  const here = isExecutedHere(step, download)
  if (!here && isVerifiedLater(step, download)) return checkedLate(download, what)
  const executed = here || isExecutedLater(step, download)
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

/** Another file stops the build, so nothing drifts; but it is in a layer by then, and whoever drops the later RUN sees no loss. */
const checkedLate = (download: Download, what: string): Draft => ({
  range: download.command.words[0]?.range ?? download.command.range,
  level: 'notice',
  message: `This fetches ${what}, and only a later RUN checks what came. Another file there then stops the build; until that RUN it lies unchecked in a layer, which the cache keeps.`,
  fix: { ...fixOf(download), text: 'Check it in the RUN that fetches it, or let BuildKit do both.' },
})

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
function isExecutedHere(step: Step, { command, files }: Download): boolean {
  const runs = lastRuns(step)
  return files.some(file => (runs.get(fileNameOf(file))?.start ?? -1) > command.range.start)
}

/** The same in a later RUN, where only paths from the root are surely of one file. */
function isExecutedLater({ stage, index }: Step, { files }: Download): boolean {
  const runs = lastSteps(stage)
  return files.some(file => {
    const run = runs.get(fileNameOf(file))
    return run !== undefined && run.index > index && (!isAbsolute(run.path) || !isAbsolute(file) || run.path === file)
  })
}

const isAbsolute = (path: string): boolean => path.startsWith('/')

interface Run {
  path: string
  start: number
}

const runsOfSteps = new WeakMap<Step, Map<string, Run>>()
const runsOfStages = new WeakMap<StageView, Map<string, Run & { index: number }>>()

/** Where each file is last run, by its name. */
function lastRuns(step: Step): Map<string, Run> {
  const answered = runsOfSteps.get(step)
  if (answered !== undefined) return answered
  const runs = new Map<string, Run>()
  for (const command of step.script.commands) {
    const program = programOf(command)
    const path = program?.kind === 'file' ? (program.word?.partial ?? '') : (command.words[0]?.partial ?? '')
    const name = fileNameOf(path)
    if ((program?.kind === 'file' || path.includes('/')) && name !== '' && !name.includes('$'))
      runs.set(name, { path, start: Math.max(runs.get(name)?.start ?? -1, command.range.start) })
  }
  runsOfSteps.set(step, runs)
  return runs
}

/** The last step of a stage that runs each file. */
function lastSteps(stage: StageView): Map<string, Run & { index: number }> {
  const answered = runsOfStages.get(stage)
  if (answered !== undefined) return answered
  const runs = new Map<string, Run & { index: number }>()
  for (const step of stage.steps)
    for (const [name, run] of lastRuns(step)) runs.set(name, { ...run, index: step.index })
  runsOfStages.set(stage, runs)
  return runs
}
