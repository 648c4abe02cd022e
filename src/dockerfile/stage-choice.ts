import type { Dockerfile, Stage } from './dockerfile.ts'
import { type StageEdge, stageEdges } from './stage.ts'

/**
 * The stages before a FROM that its variables may choose, given other values: those its name fits (`base-${VARIANT}`); for a
 * variable alone those that nothing else uses, which are there for nothing else.
 */
export function stagesToChoose(dockerfile: Dockerfile, { instruction, range }: StageEdge): Stage[] {
  const written = dockerfile.text.slice(range.start, range.end).replace(/^["']|["']$/g, '')
  const pieces = piecesAroundVariables(written)
  if (pieces.length < 2) return []
  const alone = pieces.every(piece => piece === '')
  const used = alone ? usedStages(dockerfile) : null
  const chosen: Stage[] = []
  for (const stage of dockerfile.stages.slice(0, instruction.stage ?? 0)) {
    if (stage.name === null || chosen.length >= mostChoices) continue
    if (used === null ? fits(stage.name, pieces) : !used.has(stage)) chosen.push(stage)
  }
  return chosen
}

/** Among more than these no person chooses. */
const mostChoices = 50

const known = new WeakMap<Dockerfile, Set<Stage | null>>()

function usedStages(dockerfile: Dockerfile): Set<Stage | null> {
  const used =
    known.get(dockerfile) ??
    new Set(dockerfile.stages.flatMap(stage => stageEdges(dockerfile, stage, {})).map(edge => edge.target))
  known.set(dockerfile, used)
  return used
}

/** Whether a FROM names a stage by a part of its name (`base-${VARIANT}`), whatever the variables are worth. */
export function mayNameStage(dockerfile: Dockerfile, edge: StageEdge): boolean {
  const written = dockerfile.text.slice(edge.range.start, edge.range.end).replace(/^["']|["']$/g, '')
  return piecesAroundVariables(written).some(piece => piece !== '') && stagesToChoose(dockerfile, edge).length > 0
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
