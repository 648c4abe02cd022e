import { type ApkCommand, apkCommandsOf, apkPin } from '../commands/apk.ts'
import { hasOption } from '../commands/option-table.ts'
import { usesDatedRepository } from '../commands/snapshot.ts'
import type { Draft, Rule } from '../rule.ts'
import { listed } from '../wording.ts'

export const apkUnpinned: Rule = {
  id: 'RG207',
  title: 'Alpine packages without a fixed version',
  level: 'warning',
  class: 'drift',
  on: false,
  check: view =>
    view.steps.flatMap(step => {
      const drafts = apkCommandsOf(step).flatMap(checkCommand)
      return drafts.length === 0 || usesDatedRepository(view, step) ? [] : drafts
    }),
}

const fix = {
  text: 'Pin exact versions (`name=1.2.3-r0`) where a failing build is better than another one: Alpine drops an old version as soon as a newer one is there, and then the build fails. What lasts: install in an image of your own, push it, and build on it by digest; or keep the packages (`apk cache download`) in a stage that is named by digest, and add them with `--no-network`.',
}

function checkCommand(apk: ApkCommand): Draft[] {
  if (apk.action !== 'add' || hasOption(apk, '--no-network')) return []
  const known = apk.packages.filter(({ value }) => value !== null && value !== '')
  const unpinned = known.filter(({ value }) => apkPin(value ?? '') === 'none')
  const ranges = known.filter(({ value }) => apkPin(value ?? '') === 'range')
  const loose = unpinned.length > 0 ? unpinned : ranges
  const [first] = loose
  if (first === undefined) return []
  const names = listed(loose.map(({ value }) => value ?? ''))
  const isRange = unpinned.length === 0
  const are = loose.length === 1 ? 'is' : 'are'
  return [
    {
      range: first.range,
      ...(isRange ? { level: 'notice' as const } : {}),
      message: isRange
        ? `${names} ${are} fixed to a range: apk takes the newest version in it, and that changes with every update of the package.`
        : `${names} ${are} installed in whatever version Alpine's repository has that day, so next week the same commit gets other packages (and other packages that these need).`,
      fix,
      count: loose.length,
    },
  ]
}
