import { type AptCommand, aptCommandsOf } from '../commands/apt.ts'
import { hasOption } from '../commands/option-table.ts'
import { aptUsesSnapshot } from '../commands/snapshot.ts'
import type { Draft, Rule } from '../rule.ts'
import { listed } from '../wording.ts'

export const aptWildcardPin: Rule = {
  id: 'RG202',
  title: 'Debian package fixed to a pattern of versions',
  level: 'notice',
  class: 'drift',
  on: false,
  check: view =>
    view.steps.flatMap(step => {
      const drafts = aptCommandsOf(step).flatMap(checkCommand)
      return drafts.length === 0 || aptUsesSnapshot(view, step) ? [] : drafts
    }),
}

function checkCommand(apt: AptCommand): Draft[] {
  if (apt.action !== 'install' || hasOption(apt, '-S', '--snapshot', '--no-download')) return []
  // The pattern is one whatever the variables in it hold.
  const loose = apt.packages.filter(({ partial }) => /^[^=]+=.*\*/.test(partial))
  const [first] = loose
  if (first === undefined) return []
  return [
    {
      range: first.range,
      message: `${listed(loose.map(({ partial }) => partial))} ${loose.length === 1 ? 'is a pattern' : 'are patterns'}, not a version: apt takes the newest version in the archive that matches, and that changes with every update of the package.`,
      fix: {
        text: 'Write the whole version, or take all packages from the archive of one day (snapshot.debian.org, snapshot.ubuntu.com); then no versions are needed.',
      },
      count: loose.length,
    },
  ]
}
