import { isSet } from '../environment.ts'
import { folderOf } from '../folder.ts'
import { absolute, carries, isWithin, type Reach } from '../reach.ts'
import { type Step, someBefore, type View } from '../view.ts'
import { findOption, hasOption } from './option-table.ts'
import { type PipCommand, pipCommandsOf } from './pip.ts'

/** The folders in which a pip command may put packages: what it is told, else those of its Python. */
export function installFolders(view: View, step: Step, pip: PipCommand): string[] {
  const told = findOption(pip, '-t', '--target', '--prefix', '--root')
  if (told !== undefined) {
    const folder = folderOf(view, step, pip.command)
    return told.value === null || (folder === null && !told.value.startsWith('/'))
      ? []
      : [absolute(told.value, folder ?? '/')]
  }
  if (hasOption(pip, '--user')) return ['/root/.local', '/home']
  if (!pip.uv && /^pip[\d.]*$/.test(pip.command.words[0]?.value ?? '') && lacksPip(view, step)) return systemFolders
  return environmentFolders(step, pip.command.words[0]?.value ?? '')
}

/** `/opt/venv/bin/pip` installs into `/opt/venv`; else an active environment, else the usual places. */
export function environmentFolders(step: Step, program: string): string[] {
  const [, own] = /^(\/.*)\/bin\/[^/]+$/.exec(program) ?? []
  if (own !== undefined && !/^\/(usr(\/local)?)?$/.test(own)) return [own]
  const named = step.scope.get('VIRTUAL_ENV') ?? step.scope.get('UV_PROJECT_ENVIRONMENT')
  const path = (step.scope.env.get('PATH') ?? '').split(':')[0] ?? ''
  const first = /^(\/.+)\/bin$/.exec(path)?.[1]
  const special = [...activatedIn(step), ...(named === undefined ? [] : [absolute(named)])]
  if (first !== undefined && !isOfTools(first)) special.push(first)
  return special.length > 0 ? special : systemFolders
}

const activated = new WeakMap<Step, string[]>()

/** The environments that a RUN activates. Read once: every install may ask. */
function activatedIn(step: Step): string[] {
  const known = activated.get(step)
  if (known !== undefined) return known
  const folders = step.script.commands
    .filter(({ name }) => name === '.' || name === 'source')
    .flatMap(({ words }) => /^(\/.*)\/bin\/activate$/.exec(words[1]?.value ?? '')?.[1] ?? [])
  activated.set(step, folders)
  return folders
}

const systemFolders = ['/usr/local', '/usr/lib/python3', '/opt/conda']

/** An environment that `uv venv` made has no pip of its own: `pip` is then the system's. */
function lacksPip(view: View, step: Step): boolean {
  const known = withoutPip.get(step)
  if (known !== undefined) return known
  const some = (question: (view: View, step: Step) => boolean) =>
    question(view, step) || someBefore(view, step, question)
  const lacks = some(makesBareEnvironment) && !some(putsPip)
  withoutPip.set(step, lacks)
  return lacks
}

const withoutPip = new WeakMap<Step, boolean>()

const makesBareEnvironment = (_: View, { script }: Step): boolean =>
  script.commands.some(
    ({ name, words }) => name === 'uv' && words[1]?.value === 'venv' && !words.some(({ value }) => value === '--seed'),
  )

const putsPip = (_: View, step: Step): boolean =>
  pipCommandsOf(step).some(({ uv, operands }) => uv && operands.some(({ partial }) => /^pip\b/.test(partial))) ||
  step.script.commands.some(({ words }) => words.some(({ value }) => value === 'ensurepip' || value === 'virtualenv'))

/** `/root/.local/bin`, `/root/.cargo/bin`, `/usr/local/cuda/bin`: folders of programs without a Python. */
const isOfTools = (folder: string): boolean =>
  /\/(\.local|\.cargo|go|cuda[\w.-]*|llvm[\w.-]*|nodejs?|node_modules|openmpi|efa|amazon)(\/|$)/.test(folder)

/** Whether packages in one of the folders come into the image: the folder, or a part other than its programs. */
export const carriesPackages = (reach: Reach, folders: string[]): boolean =>
  folders.some(
    folder =>
      carries(reach, folder) || reach.copied.some(path => isWithin(path, folder) && !/\/s?bin(\/|$)/.test(path)),
  )

/**
 * Whether a command finds the build's time: `ARG SOURCE_DATE_EPOCH` in its stage or one below (a stage inherits what the
 * build gives), ENV, or an export in the RUN.
 */
export const hasEpoch = (view: View, step: Step, command: PipCommand['command']): boolean =>
  isSet(step, command, 'SOURCE_DATE_EPOCH') ||
  (!command.assignments.some(({ name }) => name === 'SOURCE_DATE_EPOCH') && declaresEpochBefore(view, step))

/** Whether an ARG of the stage, or of one below, takes what the build gives. */
export const declaresEpochBefore = (view: View, step: Step): boolean => someBefore(view, step, declaresEpoch)

const declaresEpoch = (_: View, { instruction: { keyword, words } }: Step): boolean =>
  keyword === 'ARG' && words.some(({ raw }) => /^SOURCE_DATE_EPOCH(=|$)/.test(raw))
