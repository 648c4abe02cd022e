import type { Finding } from '../finding.ts'
import { fitInto } from './fit.ts'
import { code, fence, folded } from './markdown.ts'
import type { Report } from './report.ts'
import { counted } from './words.ts'

/** Findings that `repro-gate fix` can answer: by itself, or once it has asked a registry or server. */
export const fixable = (findings: readonly Finding[]): Finding[] =>
  findings.filter(({ fix }) => fix?.edits !== undefined || fix?.lookup !== undefined)

/** The safe changes as diffs, folded, with the command that makes them. What does not fit is left out by hunks. */
export function suggestedChanges({ suggested = [], findings, subject }: Report, budget: number): string {
  const able = fixable(findings)
  if (able.length === 0) return ''
  const asking = able.filter(({ fix }) => fix?.edits === undefined).length
  const command = `repro-gate fix${subject.files.length === 1 ? fileFlag(subject.file) : ''}`
  const some = asking < able.length ? `, ${asking} of them` : ','
  const also = asking > 0 ? `${some} by asking a registry or server` : ''
  const head = `${code(command)} can answer ${counted(able.length, 'finding')}${also}.`
  let left = budget - Buffer.byteLength(head) - 300
  const parts: string[] = []
  let cut = false
  for (const { diff } of suggested) {
    const [names = '', ...hunks] = diff.split(/^(?=@@ )/m)
    const fitted = fitInto(hunks, hunk => fence(hunk), left - Buffer.byteLength(names) - 40)
    left -= fitted.bytes + Buffer.byteLength(names) + 40
    cut ||= fitted.left > 0
    if (fitted.parts.length > 0) parts.push(fence(names + hunks.slice(0, fitted.parts.length).join(''), 'diff'))
  }
  const more = cut ? `There is more: ${code(`${command} --dry-run`)} shows all of it.` : ''
  const body = [...parts, more].filter(Boolean).join('\n\n')
  return body === '' ? head : folded(`The safe changes as a diff`, `${head}\n\n${body}`)
}

/** Only a plain name is put into a command that people paste. */
const fileFlag = (file: string): string =>
  file === 'Dockerfile' ? '' : /^\w[\w./-]{0,200}$/.test(file) ? ` -f ${file}` : ' -f DOCKERFILE'
