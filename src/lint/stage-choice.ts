import { type StageEdge, stageEdges } from '../dockerfile/stage.ts'
import type { View } from './view.ts'

/** Whether a FROM with variables in it (`base-${VARIANT}`) may mean one of the stages before it, given other values. */
export function mayNameStage({ dockerfile }: View, { instruction, range }: StageEdge): boolean {
  const pieces = piecesAroundVariables(dockerfile.text.slice(range.start, range.end).replace(/^["']|["']$/g, ''))
  if (pieces.length < 2 || pieces.every(piece => piece === '')) return false
  return dockerfile.stages.some(
    ({ name, index }) => name !== null && index < (instruction.stage ?? 0) && fits(name, pieces),
  )
}

/** Whether a FROM of a variable alone can only be there to choose a stage: one before it is used by nothing else. */
export function choosesStage({ dockerfile }: View, { instruction, range }: StageEdge): boolean {
  const pieces = piecesAroundVariables(dockerfile.text.slice(range.start, range.end).replace(/^["']|["']$/g, ''))
  if (pieces.some(piece => piece !== '')) return false
  const used = new Set(dockerfile.stages.flatMap(stage => stageEdges(dockerfile, stage, {})).map(edge => edge.target))
  return dockerfile.stages.some(
    stage => stage.name !== null && stage.index < (instruction.stage ?? 0) && !used.has(stage),
  )
}

/** The literal text before, between and after the variables, in lower case as stage names are. */
function piecesAroundVariables(text: string): string[] {
  const pieces: string[] = []
  let piece = ''
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '$') {
      at = lastOfVariable(text, at)
      pieces.push(piece)
      piece = ''
    } else piece += text[at]
  }
  return [...pieces, piece].map(part => part.toLowerCase())
}

/** Index of the last character of the variable that starts at `$`. */
function lastOfVariable(text: string, start: number): number {
  let at = start + 1
  if (text[at] !== '{') {
    while (/\w/.test(text[at] ?? '')) at++
    return at - 1
  }
  for (let depth = 0; at < text.length; at++) {
    if (text[at] === '{') depth++
    if (text[at] === '}' && --depth === 0) break
  }
  return at
}

function fits(name: string, pieces: string[]): boolean {
  const [first = '', ...rest] = pieces
  const last = rest.pop() ?? ''
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false
  let at = first.length
  for (const piece of rest) {
    const found = name.indexOf(piece, at)
    if (found < 0) return false
    at = found + piece.length
  }
  return at <= name.length - last.length
}
