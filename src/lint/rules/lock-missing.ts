import { posix } from 'node:path'
import type { LockState } from '../locks/ecosystem.ts'
import { type LockUse, lockUsesOf, stateOf } from '../locks/lock-use.ts'
import type { Draft, Rule } from '../rule.ts'
import type { View } from '../view.ts'
import { counted, quote } from '../wording.ts'

export const lockMissing: Rule = {
  id: 'RG303',
  title: 'No lock file, or one without hashes',
  level: 'warning',
  class: 'drift',
  on: true,
  check: view => {
    const judged = new Set<string>()
    return lockUsesOf(view).flatMap(use => {
      // Several commands may install from one manifest: the first is told.
      const key = `${use.step.stage.stage.index} ${use.ecosystem.name} ${use.manifest}`
      if (judged.has(key)) return []
      const drafts = judge(view, use)
      if (drafts.length > 0) judged.add(key)
      return drafts
    })
  },
}

function judge(view: View, use: LockUse): Draft[] {
  const { seen, install, beside, keptOut, ofOthers, above, ecosystem } = use
  if (install.lock === 'never' || seen.kind === 'unknown') return []
  if (seen.kind === 'context') return judgeState(use, stateOf(view, use), seen.path)
  // Without a lock file a frozen install stops by itself; one beside the manifest, or kept out, is RG302's.
  if (install.lock === 'frozen' || beside !== null || keptOut !== null || ofOthers !== null || above) return []
  const lock = ecosystem.locks.at(-1) ?? 'lock file'
  const where =
    view.context === null
      ? `${quote(use.manifest)} is copied without ${quote(lock)}`
      : `There is ${quote(use.manifest)} and no ${quote(lock)} beside it`
  return [
    {
      range: install.range,
      message: `${where}, so ${ecosystem.name} picks the newest versions of that day, for all that the dependencies need as well: next week the same commit holds other packages.`,
      confidence: view.context === null ? 'likely' : 'certain',
      fix: {
        text: `Make ${quote(lock)} with ${ecosystem.name}, commit it, and copy it before this command.`,
        snippet: `COPY ${posix.basename(use.manifest)} ${lock} ./`,
      },
    },
  ]
}

function judgeState(use: LockUse, state: LockState | null, file: string): Draft[] {
  if (state === null) return []
  const { placeholders, unhashed } = state
  const faults = [
    ...(placeholders.length > 0 ? [`hashes that nobody computed: ${places(placeholders, file)}`] : []),
    ...(unhashed.length > 0
      ? [`${counted(unhashed.length, 'package')} without a hash: ${places(unhashed, file)}`]
      : []),
  ]
  if (faults.length === 0) return []
  return [
    {
      range: use.install.range,
      level: 'error',
      count: placeholders.length + unhashed.length,
      message: `${quote(file)} has ${faults.join('; and ')}. ${
        placeholders.length > 0
          ? 'No file has such a hash: the install fails, or checks nothing.'
          : 'For these nothing tells whether the file is still the one that was locked.'
      }`,
      fix: {
        text: `Let ${use.ecosystem.name} write the lock file anew from an index that gives hashes, and commit it as it is.`,
      },
    },
  ]
}

/** `a` (uv.lock:3), `b` (uv.lock:9) and 4 more; what stands at several places without a line is named once. */
function places(packages: LockState['unhashed'], file: string): string {
  const texts = packages.map(
    ({ name, line }) => `${quote(name, 60)}${line === null ? '' : ` (${posix.basename(file)}:${line})`}`,
  )
  const different = [...new Set(texts)]
  const shown = different.slice(0, 5).map(text => {
    const times = texts.filter(other => other === text).length
    return times === 1 ? text : `${text} (${times} of them)`
  })
  const more = different.length - shown.length
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}
