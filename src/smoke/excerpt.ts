import { isUtf8 } from 'node:buffer'
import type { SmokeExcerpt } from '../report/smoke-report.ts'

const mostLines = 4
/** UTF-16 units of a line, around the place where it differs first. */
const lineWidth = 160
const before = 40
const hexBytes = 24

/** A few lines of two outputs from the first one that differs; of what is no text a few bytes in hex. */
export function excerptOf(a: Buffer, b: Buffer): SmokeExcerpt {
  const at = firstDifference(a, b)
  const lines = isText(a) && isText(b) ? linesOf(a, b, at) : null
  // A line end at the very end, or a place far out in a line, is not to be seen in lines.
  const isSeen = lines !== null && lines.a.join('\n') !== lines.b.join('\n')
  return isSeen ? lines : { at: `byte ${at}`, a: [inHex(a, at)], b: [inHex(b, at)] }
}

function linesOf(a: Buffer, b: Buffer, at: number): SmokeExcerpt {
  const [linesA, linesB] = [linesFrom(a, at), linesFrom(b, at)]
  const column = columnOf(linesA.lines[0] ?? '', linesB.lines[0] ?? '')
  const shown = ({ lines }: Lines) =>
    lines.slice(0, mostLines).map((line, index) => part(line, index === 0 ? column : 0))
  return { at: `line ${linesA.number}`, a: shown(linesA), b: shown(linesB) }
}

/** Where they differ first; the length of the shorter one where the other goes on. */
function firstDifference(a: Buffer, b: Buffer): number {
  const length = Math.min(a.length, b.length)
  // Most of two outputs is alike: whole pieces of it are compared at once.
  let at = 0
  while (at < length && a.compare(b, at, Math.min(at + piece, length), at, Math.min(at + piece, length)) === 0)
    at += piece
  while (at < length && a[at] === b[at]) at++
  return Math.min(at, length)
}

const piece = 4096

/** What was cut at its end may have a broken character there. */
const isText = (bytes: Buffer): boolean =>
  !bytes.includes(0) && [0, 1, 2, 3].some(cut => isUtf8(bytes.subarray(0, bytes.length - cut)))

interface Lines {
  /** Of the first, 1-based. */
  number: number
  lines: string[]
}

/** Lines from the one that a byte is in. */
function linesFrom(bytes: Buffer, at: number): Lines {
  const start = at === 0 ? 0 : bytes.lastIndexOf(10, at - 1) + 1
  let number = 1
  for (let from = bytes.indexOf(10); from >= 0 && from < start; from = bytes.indexOf(10, from + 1)) number++
  const rest = bytes.subarray(start, start + 64 * 1024).toString('utf8')
  const lines = rest.split('\n')
  if (lines.at(-1) === '') lines.pop()
  return { number, lines }
}

function columnOf(a: string, b: string): number {
  let at = 0
  while (at < Math.min(a.length, b.length) && a[at] === b[at]) at++
  return at
}

function part(line: string, column: number): string {
  const from = line.length <= lineWidth || column <= lineWidth - before ? 0 : column - before
  const text = line.slice(from, from + lineWidth)
  const whole = text.replace(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, '')
  return `${from > 0 ? '…' : ''}${whole}${from + lineWidth < line.length ? '…' : ''}`
}

const inHex = (bytes: Buffer, at: number): string =>
  bytes
    .subarray(at, at + hexBytes)
    .toString('hex')
    .replace(/(..)(?=.)/g, '$1 ')
