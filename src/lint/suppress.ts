import type { Dockerfile, Instruction, Range } from '../dockerfile/dockerfile.ts'
import { locate, placeOf } from '../dockerfile/position.ts'
import { docsUrl, type Finding } from '../finding.ts'
import type { Ignored } from './lint.ts'
import { rules } from './rules.ts'
import type { View } from './view.ts'
import { listed, quote } from './wording.ts'

/** `# repro-gate ignore=RG201,RG203 -- reason`, above an instruction, inside it, or (`ignore-file`) for the whole file. */
export interface Suppression {
  ids: string[]
  reason: string | null
  range: Range
  /** Null: the whole file. `nothing`: it stands above no instruction. */
  instruction: Instruction | null | 'nothing'
}

/** What is wrong about an ignore is a finding of its own: an ignore nobody can explain hides what nobody looks at. */
export const suppressionFindings = [
  { id: 'RG001', title: 'Ignore without a reason' },
  { id: 'RG002', title: 'Ignore that matches nothing' },
  { id: 'RG003', title: 'Ignore of a rule that does not exist' },
] as const

export interface Found {
  finding: Finding
  range: Range
}

/** Parts what was found into what stays and what its author answered, and says what is wrong about the ignores. */
export function applySuppressions(
  view: View,
  found: Found[],
): { kept: Finding[]; ignored: Ignored[]; notices: Finding[] } {
  const { dockerfile } = view
  const suppressions = suppressionsOf(dockerfile)
  const used = new Map<Suppression, Set<string>>()
  const kept: Finding[] = []
  const ignored: Ignored[] = []
  for (const { finding, range } of found) {
    const by = suppressions.find(suppression => suppresses(suppression, finding.id, range))
    if (by === undefined) {
      kept.push(finding)
      continue
    }
    ignored.push({ finding, reason: by.reason, by: locate(dockerfile, by.range) })
    used.set(by, (used.get(by) ?? new Set()).add(finding.id))
  }
  const notices = suppressions.flatMap(suppression => noticesOf(view, suppression, used.get(suppression) ?? new Set()))
  return { kept, ignored, notices }
}

/** Reads every ignore of a Dockerfile, those in the shell text of heredocs too. */
export function suppressionsOf(dockerfile: Dockerfile): Suppression[] {
  const above = instructionsByLine(dockerfile)
  const comments = dockerfile.comments.map(({ text, range, inside }) => {
    return { text, range, instruction: inside ?? above(range) }
  })
  return [...comments, ...heredocComments(dockerfile)].flatMap(({ text, range, instruction }) => {
    const [, word = '', rest = ''] = /^repro-gate\s+(ignore|ignore-file)\s*=\s*(.*)$/is.exec(text.slice(0, 2000)) ?? []
    if (word === '') return []
    const cut = rest.indexOf('--')
    const ids = (cut < 0 ? rest : rest.slice(0, cut)).split(/[\s,]+/).filter(id => id !== '')
    const reason = cut < 0 ? '' : rest.slice(cut).replace(/^-+/, '').trim()
    const scope = word.toLowerCase() === 'ignore-file' ? null : instruction
    return [{ ids: ids.map(id => id.toUpperCase()), reason: reason === '' ? null : reason, range, instruction: scope }]
  })
}

function suppresses({ ids, instruction }: Suppression, id: string, { start }: Range): boolean {
  if (instruction === 'nothing' || !ids.includes(id)) return false
  return instruction === null || (instruction.range.start <= start && start <= instruction.range.end)
}

/** For a comment: the instruction that starts right below it, other comments in between allowed, blank lines not. */
function instructionsByLine(dockerfile: Dockerfile): (comment: Range) => Instruction | 'nothing' {
  const byLine = new Map(dockerfile.instructions.map(instruction => [instruction.line, instruction]))
  const commentLines = new Set(dockerfile.comments.map(({ range }) => placeOf(dockerfile.text, range).line))
  return comment => {
    let line = placeOf(dockerfile.text, comment).line + 1
    while (commentLines.has(line) && !byLine.has(line)) line++
    return byLine.get(line) ?? 'nothing'
  }
}

function heredocComments(dockerfile: Dockerfile): { text: string; range: Range; instruction: Instruction }[] {
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

function noticesOf(view: View, suppression: Suppression, used: ReadonlySet<string>): Finding[] {
  const notices: Finding[] = []
  const unknown = suppression.ids.filter(id => !rules.some(rule => rule.id === id))
  const silent = rules.filter(rule => rule.needsContext && view.context === null).map(rule => rule.id)
  const unused = suppression.ids.filter(id => ![...unknown, ...silent].includes(id) && !used.has(id))
  if (suppression.reason === null) {
    notices.push(
      notice(
        0,
        'This ignore gives no reason. It still hides its findings, but the next reader cannot tell whether it is right.',
        {
          text: 'Add the reason after two dashes.',
          snippet: `# repro-gate ${suppression.instruction === null ? 'ignore-file' : 'ignore'}=${suppression.ids.join(',')} -- why this is all right`,
        },
      ),
    )
  }
  if (suppression.ids.length === 0 || (unused.length > 0 && isRead(view, suppression))) {
    notices.push(notice(1, unusedMessage(suppression, unused), { text: 'Remove the ignore, or move it.' }))
  }
  if (unknown.length > 0) {
    notices.push(
      notice(2, `There is no rule ${listed(unknown)}: this ignore hides nothing.`, {
        text: 'Correct the rule id, for example `RG201`.',
      }),
    )
  }
  return notices

  function notice(index: 0 | 1 | 2, message: string, fix: NonNullable<Finding['fix']>): Finding {
    const { id, title } = suppressionFindings[index]
    const location = locate(view.dockerfile, suppression.range)
    return {
      ...{ id, source: 'lint', level: 'notice', class: 'drift', title, message, location },
      ...{ paths: [], count: 1, confidence: 'certain', evidence: [], fix, docs: docsUrl(id) },
    } as Finding
  }
}

/** In a stage that the target does not need nothing was looked at, so an ignore there is not called idle. */
const isRead = (view: View, { instruction }: Suppression): boolean =>
  instruction === null ||
  instruction === 'nothing' ||
  instruction.stage === null ||
  view.stages.some(({ stage }) => stage.index === instruction.stage)

function unusedMessage({ ids, instruction }: Suppression, unused: string[]): string {
  if (ids.length === 0) return 'This ignore names no rule, so it hides nothing.'
  if (instruction === 'nothing') {
    return `This ignore of ${listed(unused)} hides nothing: no instruction starts on the line below it.`
  }
  const where = instruction === null ? 'in this file' : `in the ${quote(instruction.keyword)} it stands at`
  return `${listed(unused)} finds nothing ${where}, so this ignore hides nothing now and could hide something new later.`
}
