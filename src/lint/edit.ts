import { placeOf } from '../dockerfile/position.ts'
import type { Edit, Fix } from '../finding.ts'
import type { Draft, DraftEdit } from './rule.ts'
import type { View } from './view.ts'

/** The fix of a finding, its edits with lines and columns; without those that have no file to go to. */
export function fixOf(view: View, { fix, edits, lookup }: Draft): Fix | undefined {
  if (fix === undefined) return undefined
  const placed = (edits ?? []).map(edit => placeEdit(view, edit))
  const looked = lookup === undefined ? null : placeEdit(view, lookup.edit)
  return {
    ...fix,
    ...(placed.length > 0 && placed.every(edit => edit !== null) ? { edits: placed } : {}),
    ...(lookup !== undefined && looked !== null ? { lookup: { ...lookup, edit: looked } } : {}),
  }
}

function placeEdit(view: View, edit: DraftEdit): Edit | null {
  if ('ignoreLines' in edit) return appendToIgnoreFile(view, edit.ignoreLines)
  const { file, text } = view.dockerfile
  const start = placeOf(text, { start: edit.range.start, end: edit.range.start })
  const end = placeOf(text, { start: edit.range.end, end: edit.range.end })
  return { file, line: start.line, column: start.column, endLine: end.line, endColumn: end.column, text: edit.text }
}

/** New patterns go last, where they win. */
function appendToIgnoreFile({ context, ignoreFile }: View, lines: string[]): Edit | null {
  const file = ignoreFile?.file ?? context?.ignorePath
  if (file === undefined) return null
  const text = ignoreFile?.text ?? ''
  const { line, column } = placeOf(text, { start: text.length, end: text.length })
  const gap = text === '' || text.endsWith('\n') ? '' : '\n'
  return { file, line, column, endLine: line, endColumn: column, text: `${gap}${lines.join('\n')}\n` }
}
