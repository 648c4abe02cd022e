import { posix } from 'node:path'
import type { ShellCommand } from '../../dockerfile/shell.ts'
import { workdirAt } from '../folder.ts'
import { absolute, isWithin } from '../reach.ts'
import { type Step, stepsBack, type View, valueAt } from '../view.ts'
import { filesAt, inContext, mayPut, pathsOf, placementOf } from './placement.ts'

/** Where a file that a RUN reads comes from. */
export type Origin =
  /** From the build context, by COPY, ADD or a bind mount. */
  | { kind: 'context'; path: string }
  /** Its text stands in the Dockerfile: `COPY <<EOF /x`. */
  | { kind: 'heredoc'; text: string }
  /** An earlier RUN wrote it. */
  | { kind: 'made'; by: Step }
  /** Another stage, an archive, or no way to tell. */
  | { kind: 'unknown' }
  /** Nothing in the Dockerfile puts it there; the base image may. */
  | { kind: 'absent' }

/** @param path absolute, as the step's commands see it */
export function originOf(view: View, step: Step, path: string): Origin {
  return mounted(view, step, path) ?? latest(view, step, path) ?? { kind: 'absent' }
}

/** The text of such a file; null when it cannot be read from here. */
export function textOf(view: View, origin: Origin): string | null {
  if (origin.kind === 'heredoc') return origin.text
  return origin.kind === 'context' ? (view.context?.read(origin.path) ?? null) : null
}

function mounted(view: View, step: Step, path: string): Origin | null {
  for (const { type, options } of step.mounts) {
    const target = options.target === undefined ? null : valueAt(view, step, options.target)
    if (type !== 'bind' || target === null) continue
    const place = absolute(target, workdirAt(view, step) ?? '/')
    if (!isWithin(path, place)) continue
    if (options.from !== undefined) return { kind: 'unknown' }
    const source = valueAt(view, step, options.source ?? '')
    if (source === null) return { kind: 'unknown' }
    const found = inContext(source, path.slice(place === '/' ? 0 : place.length))
    if (view.context === null || pathsOf(view.context).has(found)) return { kind: 'context', path: found }
  }
  return null
}

function latest(view: View, step: Step, path: string): Origin | null {
  for (const earlier of stepsBack(step)) {
    const { keyword } = earlier.instruction
    if (keyword === 'RUN' && writes(earlier, path)) return { kind: 'made', by: earlier }
    const origin = keyword === 'COPY' || keyword === 'ADD' ? copied(view, earlier, path) : null
    if (origin !== null) return origin
  }
  return null
}

/** What one COPY puts at a path; null when nothing. */
function copied(view: View, step: Step, path: string): Origin | null {
  const placement = placementOf(view, step)
  if (placement === null || !isWithin(path, placement.target)) return null
  const [heredoc] = step.instruction.heredocs
  if (heredoc !== undefined) {
    if (path !== placement.target && path !== absolute(heredoc.name, placement.target)) return null
    return { kind: 'heredoc', text: view.dockerfile.text.slice(heredoc.body.start, heredoc.body.end) }
  }
  if (placement.from || placement.opaque) return mayPut(placement, path) ? { kind: 'unknown' } : null
  const [found] = filesAt(view, placement, path)
  return found === undefined ? null : { kind: 'context', path: found }
}

/** Whether a RUN writes the path: by a redirect, or a program that is told or known to. */
const writes = (step: Step, path: string): boolean => firstWrite(step, path) < Number.POSITIVE_INFINITY

/** Whether an earlier command of the RUN does. */
export const isMadeBefore = (step: Step, command: ShellCommand, path: string): boolean =>
  firstWrite(step, path) < command.range.start

/** Where the first command of a RUN stands that writes such a file; infinity: none does. */
function firstWrite(step: Step, path: string): number {
  const writes = written.get(step) ?? firstWrites(step)
  const name = posix.basename(path)
  const first = writes.get(name) ?? Number.POSITIVE_INFINITY
  return name.endsWith('.txt') ? Math.min(first, writes.get(anyText) ?? first) : first
}

const written = new WeakMap<Step, Map<string, number>>()

/** No file is called so. */
const anyText = '*/.txt'

/** The names that a RUN writes. Read once: every later step may ask. */
function firstWrites(step: Step): Map<string, number> {
  const first = new Map<string, number>()
  for (const command of step.script.commands) {
    const { start } = command.range
    for (const name of namesWritten(command)) first.set(name, Math.min(start, first.get(name) ?? start))
  }
  written.set(step, first)
  return first
}

function namesWritten({ name: program, words, redirects }: ShellCommand): string[] {
  const texts = words.map(({ partial }) => partial)
  const start = texts.slice(0, 4).join(' ')
  const files = [
    ...redirects.filter(({ operator }) => operator.includes('>')).map(({ target }) => target.partial),
    ...texts.filter(
      (text, at) =>
        /^--output(-file)?=/.test(text) ||
        (/^(-o|--output|--output-file)$/.test(texts[at - 1] ?? '') && writers.test(program)),
    ),
    ...(/^(cp|mv|tee|sed|touch|install|ln)$/.test(program) ? texts.slice(-1) : []),
    // `cp /tmp/x.lock .`
    ...(/^(cp|mv|ln|install)$/.test(program) ? texts.slice(1, -1) : []),
  ]
  return [
    ...files.map(file => posix.basename(file)),
    ...(program === 'pip-compile' ? [anyText] : []),
    ...Object.keys(lockWriters).filter(name => lockWriters[name]?.test(start)),
  ]
}

const writers = /^(uv|poetry|pipenv|pdm|pip-compile|curl|wget|conda-lock|python[\d.]*)$/

/** What writes a lock file without being told its name. */
const lockWriters: Record<string, RegExp> = {
  'uv.lock': /\buv lock\b/,
  'poetry.lock': /\bpoetry lock\b/,
  'pdm.lock': /\bpdm lock\b/,
  'Pipfile.lock': /\bpipenv lock\b/,
  'pixi.lock': /\bpixi lock\b/,
  'conda-lock.yml': /\bconda-lock( lock)?( -|$)/,
  'Cargo.lock': /\bcargo (generate-lockfile|update|chef cook)\b/,
  'package-lock.json': /\bnpm \S+ --package-lock-only\b/,
}
