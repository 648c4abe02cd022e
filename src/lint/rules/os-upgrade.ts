import { type Upgrade, upgradesOf } from '../commands/upgrade.ts'
import type { Draft, Rule } from '../rule.ts'
import type { Step, View } from '../view.ts'
import { quote } from '../wording.ts'

export const osUpgrade: Rule = {
  id: 'RG204',
  title: 'What the base image holds is upgraded',
  level: 'warning',
  class: 'drift',
  on: true,
  check: view => view.steps.flatMap(step => upgradesOf(step).flatMap(upgrade => check(view, step, upgrade))),
}

function check(view: View, step: Step, upgrade: Upgrade): Draft[] {
  const archive = upgrade.archive(view, step)
  return archive === 'unread' ? [] : [draftOf(upgrade, archive)]
}

function draftOf(upgrade: Upgrade, archive: 'dated' | 'newest'): Draft {
  const what = quote(upgrade.command.words.map(({ raw }) => raw).join(' '), 60)
  if (archive === 'dated') {
    return {
      range: upgrade.head,
      level: 'notice',
      message: `${what} brings what the base image holds to the versions of the archive. That gives the same files every time only as long as the archive is one of a fixed day, as it seems to be here, and the base is the same too; a base image of that day would make this step (and its layer) needless.`,
      fix: { text: 'Prefer a newer base image, named by its digest, to upgrading an old one.' },
    }
  }
  return {
    range: upgrade.head,
    message: `${what} ${upgrade.namesSome ? 'brings what it names, and what that needs of the base image, to' : 'replaces packages of the base image by'} whatever versions the archive has that day. Every day the same commit may give another system, whichever base image is named, even one named by its digest.`,
    fix: {
      text: 'Leave it out. Take security updates by a newer base image, named by its digest (Renovate and Dependabot can watch it), so that every update is a commit; or take packages from an archive of a fixed day.',
    },
  }
}
