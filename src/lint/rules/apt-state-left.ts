import type { Range } from '../../dockerfile/dockerfile.ts'
import type { ShellCommand } from '../../dockerfile/shell.ts'
import { type AptCommand, aptCommandsOf, changesPackages, fetchesLists } from '../commands/apt.ts'
import { dpkgCommandsOf } from '../commands/dpkg.ts'
import { headOf } from '../commands/head.ts'
import { hasOption } from '../commands/option-table.ts'
import { isRemoved, removedBy } from '../commands/removal.ts'
import { absolute, carries, isWithin } from '../reach.ts'
import type { Draft, Rule } from '../rule.ts'
import { appendToRun } from '../run-end.ts'
import { codeOf, type Step, someBefore, type View } from '../view.ts'
import { updateForNothing } from './apt-update-alone.ts'

export const aptStateLeft: Rule = {
  id: 'RG206',
  title: 'Logs and caches of apt stay in the layer',
  level: 'warning',
  class: 'now',
  on: true,
  strict: 'error',
  check: view => view.steps.flatMap(step => checkStep(view, step)),
}

/** What apt leaves, the file that tells whether it is still there, and how to remove it. */
interface State {
  path: string
  remove: string
  what: string
  applies?: (view: View, step: Step, commands: AptCommand[]) => boolean
}

const byApt: State['applies'] = (_, step, commands) =>
  commands.some(changesPackages) || (commands.some(isRepair) && dpkgCommandsOf(step).length > 0)

/** `dpkg -i x.deb || apt-get install -f` installs what is missing. */
const isRepair = (apt: AptCommand): boolean => apt.action === 'install' && hasOption(apt, '-f', '--fix-broken')

const states: State[] = [
  {
    path: '/var/lib/apt/lists/x',
    remove: '/var/lib/apt/lists/*',
    what: 'the package lists (new ones whenever the archive moves)',
    applies: (_, __, commands) => commands.some(fetchesLists),
  },
  {
    path: '/var/log/dpkg.log',
    remove: '/var/log/dpkg.log',
    what: 'dpkg',
  },
  {
    path: '/var/log/alternatives.log',
    remove: '/var/log/alternatives.log',
    what: 'alternatives',
    applies: byApt,
  },
  {
    path: '/var/log/apt/history.log',
    remove: '/var/log/apt/*',
    what: 'apt',
    applies: byApt,
  },
  {
    path: '/var/cache/ldconfig/aux-cache',
    remove: '/var/cache/ldconfig/aux-cache',
    what: 'the cache of ldconfig (with inode numbers and times)',
    applies: byApt,
  },
  {
    path: '/var/cache/apt/pkgcache.bin',
    remove: '/var/cache/apt/*.bin',
    what: 'the caches of apt (with times)',
    applies: (view, step, commands) => keepsCaches(view, step) && leavesCaches(step, commands),
  },
]

function checkStep(view: View, step: Step): Draft[] {
  const commands = aptCommandsOf(step)
  const changing = [
    ...commands.filter(changesPackages),
    ...dpkgCommandsOf(step).map(command => ({ command, head: headOf(command, null) })),
  ].sort((a, b) => a.command.range.start - b.command.range.start)
  const [first] = changing
  const last = changing.at(-1)
  if (first === undefined || last === undefined) return commands.length === 0 ? [] : checkUpdate(view, step)
  const removal = removedBy(step, last.command.range.end)
  const isLeft = ({ path, remove }: State): boolean =>
    path.endsWith('.bin') ||
    (!isRemoved(removal, path) && !isMountedOver(step, path) && !isCleanedByApt(commands, last.command, remove))
  const left = states.filter(
    state => (state.applies?.(view, step, commands) ?? true) && carries(step.stage.reach, state.path) && isLeft(state),
  )
  if (left.length === 0) return []
  const paths = left.map(({ remove }) => remove)
  // Docker Hub's images keep apt from leaving these, others do not; which one this is, the sources do not say.
  if (commands.length > 0 && leavesCaches(step, commands)) paths.push('/var/cache/apt/*.bin')
  return [draftOf(view, step, first, left, [...new Set(paths)])]
}

/** Lists that nothing in the file installs from. */
function checkUpdate(view: View, step: Step): Draft[] {
  const update = updateForNothing(view, step)
  const path = '/var/lib/apt/lists/x'
  if (update === undefined || !carries(step.stage.reach, path) || isMountedOver(step, path)) return []
  if (isRemoved(removedBy(step, update.command.range.end), path)) return []
  if (aptCommandsOf(step).some(({ action }) => action === 'distclean')) return []
  return [
    {
      range: update.head,
      class: 'drift',
      message:
        'This RUN fetches the package lists, and they stay in its layer. The archive writes new ones several times a day, so the same commit gives another image.',
      fix: {
        text: 'Leave it out when nothing installs from the lists; else fetch them, install and remove them in one RUN.',
        snippet:
          'RUN apt-get update && apt-get install -y --no-install-recommends <packages> && rm -rf /var/lib/apt/lists/*',
      },
    },
  ]
}

function draftOf(
  view: View,
  step: Step,
  first: { command: ShellCommand; head: Range },
  left: State[],
  paths: string[],
): Draft {
  const tail = `${first.command.wrappers.includes('sudo') ? 'sudo ' : ''}rm -rf ${paths.join(' ')}`
  const inHeredoc = step.instruction.heredocs.some(
    ({ body }) => body.start <= first.head.start && first.head.start < body.end,
  )
  const edit = appendToRun(view, step, tail)
  return {
    range: first.head,
    message: `This RUN leaves in its layer ${sentence(partsOf(left))}. Two builds of the same commit never agree on these files, so the layer and the image get another digest every time${codeOf(view, step.instruction).includes('rm ') ? '' : '; removing them in a later RUN is too late, the layer keeps them'}.`,
    fix: { text: `End this same RUN with the removal.`, snippet: inHeredoc ? tail : ` && ${tail}` },
    edits: edit === null ? [] : [edit],
    count: left.length,
    confidence: left.every(({ path }) => path.endsWith('aux-cache')) ? 'likely' : 'certain',
  }
}

/** The logs in one breath. */
function partsOf(left: State[]): string[] {
  const isLog = ({ remove }: State): boolean => remove.startsWith('/var/log/')
  const logs = left.filter(isLog).map(({ what }) => what)
  const rest = left.filter(state => !isLog(state)).map(({ what }) => what)
  if (logs.length === 0) return rest
  return [`the log${logs.length === 1 ? '' : 's'} of ${logs.join(', ')} (with the time of the build)`, ...rest]
}

const sentence = (parts: string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts.at(-1)}`

/** A cache or tmpfs mount takes what is written there; nothing of it comes into the layer. */
const isMountedOver = (step: Step, path: string): boolean =>
  step.mounts.some(({ type, options }) => {
    if ((type !== 'cache' && type !== 'tmpfs') || options.target === undefined) return false
    return options.target.includes('$') || isWithin(path, absolute(options.target))
  })

/** `apt-get clean` takes the caches, `apt-get distclean` the lists as well. */
const isCleanedByApt = (commands: AptCommand[], last: ShellCommand, remove: string): boolean =>
  commands.some(
    ({ action, command }) =>
      command.range.start > last.range.start &&
      ((action === 'distclean' && /\/apt\/(lists|\*\.bin)/.test(remove)) ||
        (action === 'clean' && remove.endsWith('*.bin'))),
  )

/** Every call of apt makes its caches again, `autoremove` after `clean` as well. */
function leavesCaches(step: Step, commands: AptCommand[]): boolean {
  const last = commands.findLast(({ action }) => !/^(other|clean|distclean)$/.test(action))?.command
  if (last === undefined) return false
  const path = '/var/cache/apt/pkgcache.bin'
  const isGone =
    isRemoved(removedBy(step, last.range.end), path) || isCleanedByApt(commands, last, '/var/cache/apt/*.bin')
  return !isGone && !isMountedOver(step, path)
}

/** Official images delete these caches by a hook; they stay where the hook was taken away. */
const keepsCaches = (view: View, step: Step): boolean => dropsHook(view, step) || someBefore(view, step, dropsHook)

const dropsHook = (view: View, { instruction }: Step): boolean =>
  instruction.keyword === 'RUN' && /rm\b[^\n;&|]*docker-clean/.test(codeOf(view, instruction))
