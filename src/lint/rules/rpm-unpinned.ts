import { hasOption } from '../commands/option-table.ts'
import { type RpmCommand, rpmCommandsOf } from '../commands/rpm.ts'
import { rpmPin } from '../commands/rpm-version.ts'
import { isLockedBelow, usesDatedRepository } from '../commands/snapshot.ts'
import type { Draft, Rule } from '../rule.ts'
import { listed } from '../wording.ts'

export const rpmUnpinned: Rule = {
  id: 'RG209',
  title: 'RPM packages without a fixed version',
  level: 'warning',
  class: 'drift',
  on: false,
  check: view =>
    view.steps.flatMap(step => {
      const commands = rpmCommandsOf(step)
      if (commands.length === 0 || commands.flatMap(checkCommand).length === 0) return []
      if (usesDatedRepository(view, step)) return []
      return commands.map(rpm => (isLockedBelow(view, step) ? beyondRelease(rpm) : rpm)).flatMap(checkCommand)
    }),
}

/** Packages of NVIDIA's repository, which has no releases. */
const beyondRelease = (rpm: RpmCommand): RpmCommand => ({
  ...rpm,
  packages: rpm.packages.filter(({ partial }) =>
    /^(cuda|libcu|libnv|libnpp|libnccl|nvidia|nsight|datacenter)/.test(partial),
  ),
})

const why = 'next week the same commit gets other packages (and other packages that these need)'
const fix = {
  text: 'Best: take the packages from a repository of a fixed day (`--releasever` of a dated release, a mirror you keep by day, the vault of a release that gets no updates any more). Or name version and release (`name-1.2.3-4.el9`) and expect to renew them: repositories drop old versions.',
}

function checkCommand(rpm: RpmCommand): Draft[] {
  if (rpm.command.name !== 'zypper' && hasOption(rpm, '-C', '--cacheonly')) return []
  const known = rpm.packages.filter(({ value }) => value !== null && value !== '')
  const names = listed(known.map(({ value }) => value ?? ''))
  if (rpm.action === 'install-group')
    return draftOf(
      known,
      `The packages of ${names} are chosen by the repository, and installed in whatever versions it has that day: ${why}.`,
    )
  if (rpm.action === 'install-module') return checkModule(known)
  if (rpm.action !== 'install' && rpm.action !== 'upgrade') return []
  return checkPackages(known)
}

function checkPackages(known: RpmCommand['packages']): Draft[] {
  const of = (pin: string): RpmCommand['packages'] => known.filter(({ value }) => pinOf(value ?? '') === pin)
  const none = of('none')
  if (none.length > 0) {
    const are = none.length === 1 ? 'is' : 'are'
    return draftOf(
      none,
      `${listed(none.map(textOf))} ${are} installed in whatever version the repository has that day, so ${why}.`,
    )
  }
  const ranges = of('range')
  const are = ranges.length === 1 ? 'leaves' : 'leave'
  return draftOf(
    ranges,
    `${listed(ranges.map(textOf))} ${are} a choice of versions: the newest in the repository is taken, and that changes with every update.`,
    'notice',
  )
}

/** `@nodejs:18` fixes a stream, `@development-tools` nothing. */
function pinOf(text: string): ReturnType<typeof rpmPin> {
  if (!text.startsWith('@')) return rpmPin(text)
  return text.includes(':') ? 'range' : 'none'
}

function checkModule(known: RpmCommand['packages']): Draft[] {
  const open = known.filter(({ value }) => !/:./.test(value ?? ''))
  if (open.length > 0)
    return draftOf(
      open,
      `${listed(open.map(textOf))} ${open.length === 1 ? 'names' : 'name'} no stream: the repository's default decides, and its newest versions are installed.`,
    )
  return draftOf(
    known,
    `${listed(known.map(textOf))} ${known.length === 1 ? 'fixes' : 'fix'} a stream, not a version: the newest packages of the stream are installed.`,
    'notice',
  )
}

const textOf = ({ value }: RpmCommand['packages'][number]): string => value ?? ''

function draftOf(words: RpmCommand['packages'], message: string, level?: 'notice'): Draft[] {
  const [first] = words
  if (first === undefined) return []
  return [{ range: first.range, message, fix, count: words.length, ...(level === undefined ? {} : { level }) }]
}
