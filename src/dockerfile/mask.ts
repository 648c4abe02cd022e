import type { Scan } from './scan.ts'

/**
 * A copy of the file, of the same length, in which only instruction lines are left, for `dockerfile-ast`: directives,
 * comments and heredoc bodies are blank, `<` is `_`, every continuation mark is a backslash and no other backslash ends
 * a line. So its known faults (heredocs with a blank or in quotes, comments in continuations, escaped backslashes, lone
 * carriage returns, escape=`) have nothing to work on, and every offset it reports is an offset of the file.
 */
export function maskDockerfile(text: string, scan: Scan): string {
  const parts: string[] = []
  let at = 0
  const blankUntil = (end: number): void => {
    if (end <= at) return
    parts.push(text.slice(at, end).replace(/[^\n]/g, ' '))
    at = end
  }
  for (const { pieces } of scan.instructions) {
    let seen = false
    pieces.forEach((piece, index) => {
      blankUntil(piece.start)
      const plain = text.slice(piece.start, piece.end)
      parts.push(maskPiece(plain))
      at = Math.max(at, piece.end)
      seen ||= plain.trim() !== ''
      if (!seen || index === pieces.length - 1) return
      parts.push('\\')
      at++
    })
  }
  blankUntil(text.length)
  return parts.join('')
}

const maskPiece = (piece: string): string =>
  piece
    .replace(/</g, '_')
    .replace(/[\r\v\f]/g, ' ')
    .replace(/^\s+/, blanks => ' '.repeat(blanks.length))
    .replace(/\\(?=[ \t]*$)/, '_')
