import type { Dockerfile, Instruction, Range } from '../dockerfile/dockerfile.ts'
import { placeOf } from '../dockerfile/position.ts'
import { hadolintIgnores } from './hadolint.ts'

/**
 * `# repro-gate ignore=RG201,RG203 until=2026-12-31 -- reason`, above an instruction, inside it, or (`ignore-file`) for
 * the whole file; or a comment of hadolint's that says the same.
 */
export interface Suppression {
  ids: readonly string[]
  reason: string | null
  /** As written: the last day on which it counts. */
  until: string | null
  range: Range
  /** Null: the whole file. `nothing`: it stands above no instruction. */
  instruction: Instruction | null | 'nothing'
  /** Written for hadolint: whether it is right, and still needed, is hadolint's to say. */
  hadolint: boolean
}

/** Reads every ignore of a Dockerfile, those in the shell text of heredocs too. */
export function suppressionsOf(dockerfile: Dockerfile, withHadolint: boolean): Suppression[] {
  const above = instructionsByLine(dockerfile)
  const comments = dockerfile.comments.map(({ text, range, inside }) => {
    return { text, range, instruction: inside ?? above(range) }
  })
  return [...comments, ...heredocComments(dockerfile)].flatMap(comment => [
    ...ours(comment),
    ...(withHadolint ? hadolints(comment) : []),
  ])
}

interface Comment {
  text: string
  range: Range
  instruction: Instruction | 'nothing'
}

function ours({ text, range, instruction }: Comment): Suppression[] {
  const [, word = '', rest = ''] = /^repro-gate\s+(ignore|ignore-file)\s*=\s*(.*)$/is.exec(text.slice(0, 2000)) ?? []
  if (word === '') return []
  const cut = rest.indexOf('--')
  const words = (cut < 0 ? rest : rest.slice(0, cut)).split(/[\s,]+/).filter(id => id !== '')
  const until = words.find(isUntil)?.slice('until='.length) ?? null
  const reason = cut < 0 ? '' : rest.slice(cut).replace(/^-+/, '').trim()
  return [
    {
      ids: words.filter(id => !isUntil(id)).map(id => id.toUpperCase()),
      ...{ reason: reason === '' ? null : reason, until, range, hadolint: false },
      instruction: word.toLowerCase() === 'ignore-file' ? null : instruction,
    },
  ]
}

const isUntil = (word: string): boolean => /^until=/i.test(word)

const hadolints = ({ text, range, instruction }: Comment): Suppression[] =>
  hadolintIgnores(text).map(({ code, ids, global }) => ({
    ...{ ids, until: null, range, hadolint: true },
    reason: `hadolint ${global ? 'global ' : ''}ignore=${code}`,
    instruction: global ? null : instruction,
  }))

/** For a comment: the instruction that starts right below it, other comments in between allowed, blank lines not. */
function instructionsByLine(dockerfile: Dockerfile): (comment: Range) => Instruction | 'nothing' {
  const byLine = new Map<number, Instruction | 'nothing'>()
  for (const instruction of dockerfile.instructions) byLine.set(instruction.line, instruction)
  const lineOf = (range: Range): number => placeOf(dockerfile.text, range).line
  for (const { range } of [...dockerfile.comments].reverse()) {
    const line = lineOf(range)
    if (!byLine.has(line)) byLine.set(line, byLine.get(line + 1) ?? 'nothing')
  }
  return comment => byLine.get(lineOf(comment) + 1) ?? 'nothing'
}

function heredocComments(dockerfile: Dockerfile): Comment[] {
  return dockerfile.instructions.flatMap(instruction => {
    const run = instruction.trigger ?? instruction
    if (run.keyword !== 'RUN') return []
    return run.heredocs.flatMap(({ body }) => {
      const text = dockerfile.text.slice(body.start, body.end)
      return [...text.matchAll(/^[ \t]*#[ \t]*(repro-gate[ \t][^\r\n]*)/gm)].map(match => {
        const start = body.start + match.index + match[0].indexOf('#')
        return { text: match[1] ?? '', range: { start, end: body.start + match.index + match[0].length }, instruction }
      })
    })
  })
}
