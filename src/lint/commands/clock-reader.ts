import type { ShellCommand } from '../../dockerfile/shell.ts'
import type { FindingClass } from '../../finding.ts'
import { isOn } from '../environment.ts'
import { absolute, carries, carriesOf } from '../reach.ts'
import { type Step, someBefore, type View } from '../view.ts'
import { quote } from '../wording.ts'
import { losesBytecode } from './bytecode-removal.ts'
import { compilesDateMacro } from './date-macro.ts'
import { carriesPackages, environmentFolders, installFolders } from './installed-python.ts'
import { hasOption } from './option-table.ts'
import { type PipCommand, pipCommandsOf } from './pip.ts'
import { type Program, programOf, pythons } from './program.ts'
import { rootImage } from './snapshot.ts'

/** A command that writes the time of the build into files that come into the image, unless SOURCE_DATE_EPOCH tells it another. */
export interface ClockReader {
  command: ShellCommand
  /** What it writes, as a sentence. */
  what: string
  differs: FindingClass
  /** It often does, not surely. */
  likely?: true
  /** Another way out than the ARG. */
  alternative?: string
  /** The folders in which it may compile Python files, where that is what it does. */
  compilesIn?: readonly string[]
}

/** The commands of a RUN that read the clock and honour SOURCE_DATE_EPOCH. */
export function clockReadersIn(view: View, step: Step): ClockReader[] {
  const { whole, copied } = step.stage.reach
  if (!whole && copied.length === 0) return []
  const readers = [
    ...pipCommandsOf(step)
      .filter(pip => compiles(step, pip))
      .map(pip => pipReader(pip, installFolders(view, step, pip)))
      .filter(({ compilesIn }) => carriesPackages(step.stage.reach, compilesIn)),
    ...step.script.commands.flatMap(command => readerOf(view, step, command) ?? []),
  ]
  return readers.filter(
    ({ command, compilesIn }) => compilesIn === undefined || !losesBytecode(view, step, command, compilesIn),
  )
}

/** pip compiles what it installs; uv only when asked. */
function compiles(step: Step, pip: PipCommand): boolean {
  if (pip.action !== 'install' && pip.action !== 'sync') return false
  if (pip.uv) return hasOption(pip, '--compile-bytecode', '--compile') || isOn(step, pip.command, 'UV_COMPILE_BYTECODE')
  return !hasOption(pip, '--no-compile') && !isOn(step, pip.command, 'PIP_NO_COMPILE')
}

const pycs =
  'compiles Python files, and each `.pyc` holds the time at which its source was written, which is the time of the build. Two builds never agree on them; PYTHONDONTWRITEBYTECODE does not stop this.'

const pipReader = ({ command, uv }: PipCommand, compilesIn: string[]) => ({
  command,
  compilesIn,
  what: `${quote(uv ? 'uv pip' : 'pip')} ${pycs}`,
  differs: 'now' as const,
  ...(uv ? {} : { alternative: 'Or install with `--no-compile`.' }),
})

function readerOf(view: View, step: Step, command: ShellCommand): ClockReader | null {
  const texts = command.words.slice(1).map(({ partial }) => partial)
  if (pythons.test(command.name)) return pythonReader(step, command, texts)
  if (command.name === 'uv' && texts[0] === 'sync') return uvSyncReader(step, command, texts)
  if (command.name === 'pipenv' && /^(install|sync)$/.test(texts[0] ?? ''))
    return packaged(step, { command, what: `${quote('pipenv')} ${pycs}`, differs: 'now' })
  if (command.name === 'pipx' && /^(install|inject)$/.test(texts[0] ?? '')) return pipxReader(step, command)
  if (condas.test(command.name)) return condaReader(step, command, texts)
  if (makesUser(command, texts) && !(command.name === 'adduser' && hasBusybox(view, step)))
    return userReader(step, command)
  if (tools.has(command.name)) {
    return { command, what: `${quote(command.name)} writes the current time into what it makes.`, differs: 'now' }
  }
  const macro = compilesDateMacro(view, step, command)
  if (macro === null) return null
  return {
    command,
    what: `${quote(macro)} uses ${quote('__DATE__')} or ${quote('__TIME__')}, so this compiles the time of the build into the program.`,
    differs: 'now',
    alternative: 'Or take the macro out of the source; `-Wdate-time` finds every use.',
  }
}

function pythonReader(step: Step, command: ShellCommand, texts: string[]): ClockReader | null {
  const program = programOf(command)
  const module = program?.kind === 'module' ? program.word?.value : null
  const operands = texts.slice(texts.indexOf(module ?? '') + 1).filter(text => !text.startsWith('-'))
  const installer = installerOf(program, texts)
  if (installer !== null) return packaged(step, { command, what: `${quote(installer)} ${pycs}`, differs: 'now' })
  const compilesIn = operands.filter(text => text.startsWith('/')).map(text => absolute(text))
  const reader: ClockReader = { command, what: `${quote(`python -m ${module}`)} ${pycs}`, differs: 'now', compilesIn }
  if (module === 'compileall' || module === 'py_compile') {
    if (texts.some(text => text.startsWith('--invalidation-mode'))) return null
    return carriesAny(step, operands)
      ? { ...reader, alternative: 'Or give `--invalidation-mode unchecked-hash`.' }
      : null
  }
  // A new environment gets pip, which is compiled as it is put there.
  if (module !== 'venv' || texts.includes('--without-pip')) return null
  return carriesAny(step, operands) ? { ...reader, alternative: 'Or make it `--without-pip`.' } : null
}

/** `python get-pip.py`, `python setup.py install`, `python -m ensurepip`: they install, and compile as pip does. */
function installerOf(program: Program | null, texts: string[]): string | null {
  const name = program?.word?.value?.split('/').at(-1)
  if (program?.kind === 'module') return name === 'ensurepip' ? 'python -m ensurepip' : null
  if (program?.kind !== 'file') return null
  if (name === 'get-pip.py') return texts.some(text => text === '--no-compile') ? null : name
  return name === 'setup.py' && texts.includes('install') && !texts.includes('--no-compile') ? `${name} install` : null
}

function uvSyncReader(step: Step, command: ShellCommand, texts: string[]): ClockReader | null {
  if (!texts.includes('--compile-bytecode') && !isOn(step, command, 'UV_COMPILE_BYTECODE')) return null
  const { whole, copied } = step.stage.reach
  if (!whole && !copied.some(path => !/\/s?bin(\/|$)/.test(path))) return null
  return { command, what: `${quote('uv sync')} with bytecode ${pycs}`, differs: 'now' }
}

/** pipx makes an environment for each program, and lets pip install into it. */
function pipxReader(step: Step, command: ShellCommand): ClockReader | null {
  const home = step.scope.get('PIPX_HOME')
  const compilesIn = home === undefined ? ['/root/.local', '/root/.local/share/pipx', '/opt/pipx'] : [absolute(home)]
  if (!carriesPackages(step.stage.reach, compilesIn)) return null
  return { command, what: `${quote('pipx')} ${pycs}`, differs: 'now', compilesIn }
}

const condas = /^(conda|mamba|micromamba)$/

function condaReader(step: Step, command: ShellCommand, texts: string[]): ClockReader | null {
  const action = texts
    .filter(text => !text.startsWith('-'))
    .slice(0, 2)
    .join(' ')
  if (!/^(install|create|update|env (create|update))\b/.test(action) || texts.includes('--dry-run')) return null
  return packaged(step, {
    command,
    what: `${quote(command.name)} compiles the Python files of the packages it installs, and a ${quote('.pyc')} may hold the time of the build.`,
    differs: 'now',
    likely: true,
  })
}

function packaged(step: Step, reader: ClockReader): ClockReader | null {
  const compilesIn = environmentFolders(step, reader.command.words[0]?.value ?? '')
  return carriesPackages(step.stage.reach, compilesIn) ? { ...reader, compilesIn } : null
}

/** Groups have no date; busybox (`adduser -D`) does not know SOURCE_DATE_EPOCH. */
function makesUser({ name }: ShellCommand, texts: string[]): boolean {
  if (name === 'adduser') return !texts.some(text => /^-[A-Za-z]*[DSGHk]/.test(text) || text === '--help')
  if (name === 'useradd') return !texts.includes('-D') && !texts.includes('--defaults')
  return name === 'chpasswd' || name === 'newusers'
}

/** There `adduser` is busybox's, in long options as well. */
const hasBusybox = (view: View, step: Step): boolean =>
  /alpine|busybox/i.test(rootImage(step)) || someBefore(view, step, callsApk)

const callsApk = (_: View, step: Step): boolean => step.script.commands.some(({ name }) => name === 'apk')

function userReader(step: Step, command: ShellCommand): ClockReader | null {
  if (!carries(step.stage.reach, '/etc/shadow')) return null
  return {
    command,
    what: `${quote(command.name)} writes into /etc/shadow on which day the password was set, which is the day of the build: the same commit gives another image tomorrow.`,
    differs: 'drift',
  }
}

/** Programs known to write the time, and to take SOURCE_DATE_EPOCH instead. */
const tools = new Set(['pod2man', 'help2man', 'asciidoctor', 'mksquashfs', 'dpkg-deb', 'dpkg-buildpackage', 'debuild'])

/** Relative folders are in the working folder; that it is copied out is then likely enough. */
const carriesAny = ({ stage: { reach } }: Step, folders: string[]): boolean =>
  reach.whole ||
  folders.some(folder => (folder.startsWith('/') ? carriesOf(reach, absolute(folder)) : reach.copied.length > 0))
