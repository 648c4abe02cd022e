import { skipSpace } from './blanks.ts'
import type { Dockerfile, Heredoc, Instruction, Range } from './dockerfile.ts'
import { interpreterAt, interpreterNamed, interpreterOfShebang } from './interpreter.ts'
import { type JsonString, jsonUnits, readJsonForm } from './json.ts'
import type { LogicalText } from './logical.ts'
import { partOf } from './logical.ts'
import { heredocOpeners } from './opener.ts'
import type { VariableScope } from './scope.ts'
import type { ShellScript } from './shell-command.ts'
import { ShellReader } from './shell-reader.ts'
import { type ShellSource, sourceOf } from './shell-source.ts'
import type { SyntaxWord } from './shell-tree.ts'
import { ShellVariables } from './shell-word.ts'
import { type Slice, splitCommand } from './split.ts'

export type { ShellCommand, ShellGuard, ShellScript, ShellWord } from './shell-command.ts'

const noScript: ShellScript = { commands: [], errors: 0, interpreter: 'shell' }

/**
 * The shell commands of a RUN, CMD, ENTRYPOINT or HEALTHCHECK, or of the one an ONBUILD triggers, every word with its
 * place in the file. Other instructions have none. Never throws.
 * @param scope the variables at that instruction, from `scopeBefore`
 */
export function commandsOf(dockerfile: Dockerfile, instruction: Instruction, scope: VariableScope): ShellScript {
  const run = instruction.trigger ?? instruction
  if (!['RUN', 'CMD', 'ENTRYPOINT', 'HEALTHCHECK'].includes(run.keyword)) return noScript
  const operands = commandSlice(dockerfile, run)
  const json = readJsonForm(run.logical.text, operands)
  if (json === 'refused') return noScript
  if (json !== null) return readExecForm(run.logical, json, scope)
  const line = partOf(run.logical, operands.start, operands.end)
  const interpreter = interpreterAt(dockerfile, instruction)
  if (interpreter !== 'shell') return { ...noScript, interpreter, body: line.text }
  const script = run.heredocs.length === 0 ? null : scriptHeredoc(line.text, run.heredocs)
  if (script !== null) return readHeredoc(dockerfile.text, script, run.range, scope)
  return readStandardInput(
    readShell(within(run.range, sourceOf(withHeredocs(line, dockerfile.text, run.heredocs))), scope),
    run.heredocs,
    dockerfile,
  )
}

/** A heredoc without its end reaches beyond the instruction: the name Docker would want there stands nowhere. */
const within = (range: Range, source: ShellSource): ShellSource => ({
  text: source.text,
  toFile: (start, end) => {
    const place = source.toFile(start, end)
    return { start: Math.min(place.start, range.end), end: Math.min(place.end, range.end) }
  },
})

/** Shell commands of any text, with positions shifted by `offset`. */
export function commandsIn(text: string, scope: VariableScope, offset = 0): ShellScript {
  return readShell({ text, toFile: (start, end) => ({ start: start + offset, end: end + offset }) }, scope)
}

/** The operands; for HEALTHCHECK what comes after its CMD. */
function commandSlice(dockerfile: Dockerfile, { keyword, logical }: Instruction): Slice {
  const { operands } = splitCommand(logical.text, 0, logical.text.length, dockerfile.escape)
  if (keyword !== 'HEALTHCHECK') return operands
  let at = operands.start
  while (at < operands.end && !/[\t\v\f\r ]/.test(logical.text[at] as string)) at++
  return { start: skipSpace(logical.text, at, operands.end), end: operands.end }
}

function readShell(source: ShellSource, scope: VariableScope): ShellScript {
  const reader = new ShellReader(source)
  reader.readAll(new ShellVariables(scope))
  return { commands: reader.commands, errors: reader.errors, interpreter: 'shell' }
}

/** No shell reads the exec form: its strings are the words, unless the program is a shell with `-c`. */
function readExecForm(logical: LogicalText, strings: JsonString[], scope: VariableScope): ShellScript {
  const reader = new ShellReader(sourceOf(logical))
  const words = strings.map(({ value, slice }): SyntaxWord => {
    const place = { pos: slice.start, end: slice.end, raw: logical.text.slice(slice.start, slice.end) }
    const units = jsonUnits(logical.text, { value, slice })
    return { ...place, parts: [{ ...place, kind: 'text', value, quoted: true, units }] }
  })
  if (words.length > 0) reader.readWords(words, new ShellVariables(scope))
  return { commands: reader.commands, errors: reader.errors, interpreter: 'shell' }
}

/** The heredoc that is the whole RUN: `RUN <<EOF`. Docker runs its body itself, by its `#!` line if it has one. */
function scriptHeredoc(line: string, heredocs: Heredoc[]): Heredoc | null {
  const openers = heredocOpeners(line)
  const whole = openers.length === 1 && openers[0]?.start === 0 && openers[0].end === line.length
  return whole ? (heredocs[0] ?? null) : null
}

function readHeredoc(text: string, { body, stripsTabs }: Heredoc, run: Range, scope: VariableScope): ShellScript {
  const script = text.slice(body.start, body.end)
  const interpreter = interpreterOfShebang(stripsTabs ? script.replace(/^\t+/, '') : script) ?? 'shell'
  if (interpreter !== 'shell') return { ...noScript, interpreter, body: script }
  const toFile = (start: number, end: number): Range => ({ start: start + body.start, end: end + body.start })
  return readShell(within(run, { text: withoutReturns(script), toFile }), scope)
}

/** What Docker gives the shell: the line, then each heredoc's body and name. */
function withHeredocs(line: LogicalText, text: string, heredocs: Heredoc[]): LogicalText {
  if (heredocs.length === 0) return line
  const pieces = [...line.pieces]
  const texts = [line.text]
  let at = line.text.length
  const add = (piece: string, start: number): void => {
    pieces.push({ at, start })
    texts.push(piece)
    at += piece.length
  }
  for (const { body, name } of heredocs) {
    add('\n', Math.max(0, body.start - 1))
    add(withoutReturns(text.slice(body.start, body.end)), body.start)
    add(name, body.end)
  }
  return { text: texts.join(''), pieces }
}

/** The same text with blanks for the returns of CRLF, which the parser would take for letters. */
const withoutReturns = (text: string): string => text.replace(/\r(?=\n)/g, ' ')

/** `RUN python3 <<EOF`: the command is known, its program is for another interpreter. */
function readStandardInput(script: ShellScript, heredocs: Heredoc[], { text }: Dockerfile): ShellScript {
  const [command, ...more] = script.commands
  const [heredoc] = heredocs
  if (command === undefined || heredoc === undefined || more.length > 0) return script
  const interpreter = interpreterNamed(command.name)
  const program = command.words.slice(1).every(word => word.partial.startsWith('-') && word.partial !== '-c')
  if (!program || interpreter === 'shell' || interpreter === 'other') return script
  return { ...script, interpreter, body: text.slice(heredoc.body.start, heredoc.body.end) }
}
