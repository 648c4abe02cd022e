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
  let stage = dockerfile.stages[instruction.stage ?? -1] ?? null
  let limit = instruction.range.start
  while (stage !== null) {
    const shell = stage.instructions.findLast(other => other.keyword === 'SHELL' && other.range.start < limit)
    if (shell?.json?.[0] !== undefined) return shell.json
    const image = imageOf(dockerfile, stage)
    const base = findStage(dockerfile, image, stage.index)
    if (base === null) return isWindows(image) ? 'other' : 'shell'
    stage = base
    limit = Number.POSITIVE_INFINITY
  }
  return 'shell'
}

const imageOf = (dockerfile: Dockerfile, stage: Stage): string =>
  expand(stage.base?.raw ?? '', scopeBefore(dockerfile, stage.from, {}), dockerfile.escape).value

/** Microsoft's own Windows images start `cmd`. */
function isWindows(image: string): boolean {
  const reference = parseReference(image)
  return reference?.registry === 'mcr.microsoft.com' && /windows|nanoserver|servercore/.test(reference.repository)
}
