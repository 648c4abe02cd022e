import type { Dockerfile, Instruction, Stage } from './dockerfile.ts'
import { parseReference } from './reference.ts'
import { expand, scopeBefore } from './scope.ts'
import type { ShellScript } from './shell-command.ts'
import { isShell } from './shell-wrapper.ts'
import { findStage } from './stage.ts'

export type Interpreter = ShellScript['interpreter']

/** Who reads a program of that name: `/usr/bin/python3.12`, `pwsh.exe`. */
export function interpreterNamed(program: string): Interpreter {
  const name = program.slice(Math.max(program.lastIndexOf('/'), program.lastIndexOf('\\')) + 1).toLowerCase()
  if (isShell(name)) return 'shell'
  if (/^(?:python|pypy)[\d.]*$/.test(name)) return 'python'
  return /^(?:pwsh|powershell)(?:\.exe)?$/.test(name) ? 'powershell' : 'other'
}

/** Who a script's `#!` line names; null when it has none. */
export function interpreterOfShebang(script: string): Interpreter | null {
  if (!script.startsWith('#!')) return null
  const words = (script.slice(2, 300).split('\n', 1)[0] ?? '').trim().split(/\s+/)
  const [program = '', ...rest] = words
  if (!/(?:^|\/)env$/.test(program)) return interpreterNamed(program)
  return interpreterNamed(rest.find(word => !word.startsWith('-') && !word.includes('=')) ?? '')
}

/** Who reads the shell form at an instruction: the last SHELL of its stage and those it continues, else the base's default. */
export function interpreterAt(dockerfile: Dockerfile, instruction: Instruction): Interpreter {
  const shell = shellAt(dockerfile, instruction)
  return typeof shell === 'string' ? shell : interpreterNamed(shell[0] ?? '')
}

/** The words of the SHELL in force at an instruction; the default of the base image where nothing says. */
export function shellAt(dockerfile: Dockerfile, instruction: Instruction): readonly string[] | 'shell' | 'other' {
  const stage = dockerfile.stages[instruction.stage ?? -1]
  if (stage === undefined) return 'shell'
  const own = shellsOf(stage).findLast(({ range }) => range.start < instruction.range.start)?.json
  return own ?? shellAtStart(dockerfile, stage)
}

type Shell = ReturnType<typeof shellAt>

const shells = new WeakMap<Stage, Instruction[]>()

/** The SHELLs of a stage that say something. Looked for once: every RUN asks. */
function shellsOf(stage: Stage): Instruction[] {
  const known = shells.get(stage)
  if (known !== undefined) return known
  const found = stage.instructions.filter(({ keyword, json }) => keyword === 'SHELL' && json?.[0] !== undefined)
  shells.set(stage, found)
  return found
}

const atStart = new WeakMap<Stage, Shell>()

/** What a stage has from those it continues, which may be thousands: what was found is kept for all on the way. */
function shellAtStart(dockerfile: Dockerfile, stage: Stage): Shell {
  const waiting: Stage[] = []
  let shell: Shell | undefined
  for (let at = stage; shell === undefined; ) {
    shell = atStart.get(at)
    if (shell !== undefined) break
    waiting.push(at)
    const image = imageOf(dockerfile, at)
    const base = findStage(dockerfile, image, at.index)
    if (base === null) shell = isWindows(image) ? 'other' : 'shell'
    else {
      shell = shellsOf(base).at(-1)?.json ?? undefined
      at = base
    }
  }
  // Whoever waits has no SHELL below it but this one.
  for (const one of waiting) atStart.set(one, shell)
  return shell
}

const imageOf = (dockerfile: Dockerfile, stage: Stage): string =>
  expand(stage.base?.raw ?? '', scopeBefore(dockerfile, stage.from, {}), dockerfile.escape).value

/** Microsoft's own Windows images start `cmd`. */
function isWindows(image: string): boolean {
  const reference = parseReference(image)
  return reference?.registry === 'mcr.microsoft.com' && /windows|nanoserver|servercore/.test(reference.repository)
}
