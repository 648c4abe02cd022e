import type { ComparedLayer } from '../image/comparison.ts'

export interface LayerPair {
  /** Index in A's image, in B's where A has no such layer. */
  index: number
  a: ComparedLayer | null
  b: ComparedLayer | null
}

export interface Alignment {
  /** Layers to be looked into, in the image's order. */
  differing: LayerPair[]
  /** Pairs with one diff ID: the same uncompressed bytes. */
  equal: number
}

/** Lists that are longer are paired in order alone: the work grows with the product of their lengths. */
const productLimit = 1_000_000

/** A run of layers of either side, by their places, that have no partner yet. */
interface Gap {
  a: number[]
  b: number[]
}

/**
 * Pairs the layers of two images. Equal layers are found first, in order, as many as there are, so that an inserted one
 * shifts no other; what lies between them is paired where the same instruction made it. What is then left is paired in
 * order: where there are as many on both sides, else only a RUN with a RUN, a COPY with a COPY. The others are on their own,
 * since a layer beside one that it has nothing to do with would give differences that no line is to blame for.
 */
export function alignLayers(a: readonly ComparedLayer[], b: readonly ComparedLayer[]): Alignment {
  const places = (list: readonly unknown[]): number[] => list.map((_, at) => at)
  const equals = (at: number, other: number): boolean => a[at]?.diffId === b[other]?.diffId
  const [madeA, madeB] = [a, b].map(layers => layers.map(({ history }) => bare(history?.created_by ?? '')))
  const alike = (at: number, other: number): boolean => madeA?.[at] !== '' && madeA?.[at] === madeB?.[other]
  const [kindsA, kindsB] = [a, b].map(layers => layers.map(({ history }) => keyword(history?.created_by ?? '')))
  const ofOneKind = (at: number, other: number): boolean => kindsA?.[at] === kindsB?.[other]
  const { pairs: equal, gaps } = anchored({ a: places(a), b: places(b) }, equals)
  const pairs = gaps.flatMap((gap): Places[] => {
    const { pairs: known, gaps: left } = anchored(gap, alike)
    return [...known, ...left.flatMap(one => (one.a.length === one.b.length ? inOrder(one) : byKind(one, ofOneKind)))]
  })
  const differing = pairs.map(([at, other]) => ({
    index: at ?? (other as number),
    a: at === null ? null : (a[at] ?? null),
    b: other === null ? null : (b[other] ?? null),
  }))
  return { differing: differing.sort((p, q) => p.index - q.index), equal: equal.length }
}

type Places = [number | null, number | null]

/** Builders write one instruction in their own way: `RUN /bin/sh -c x # buildkit`, `/bin/sh -c #(nop) COPY …`. */
const bare = (createdBy: string): string =>
  createdBy
    .slice(0, 10_000)
    .replace(/^(?:RUN )?\/bin\/sh -c (?:#\(nop\)\s*)?/, '')
    .replace(/ # buildkit$/, '')
    .replace(/\s+/g, ' ')
    .trim()

/** The longest list of partners in order on both sides, and the runs between them. */
function anchored(gap: Gap, isPair: (a: number, b: number) => boolean): { pairs: [number, number][]; gaps: Gap[] } {
  const pairs = partners(gap, isPair)
  const gaps: Gap[] = []
  let [fromA, fromB] = [0, 0]
  for (const [a, b] of [...pairs, null].map(pair => (pair === null ? [gap.a.length, gap.b.length] : pair))) {
    const between = { a: gap.a.slice(fromA, a), b: gap.b.slice(fromB, b) }
    if (between.a.length + between.b.length > 0) gaps.push(between)
    ;[fromA, fromB] = [(a ?? 0) + 1, (b ?? 0) + 1]
  }
  return { pairs: pairs.map(([a, b]) => [gap.a[a] as number, gap.b[b] as number]), gaps }
}

/** Common beginning and end first, which is all there is to most pairs; then the longest common subsequence. */
function partners({ a, b }: Gap, isPair: (a: number, b: number) => boolean): [number, number][] {
  const pair = (at: number, other: number): boolean => isPair(a[at] as number, b[other] as number)
  const shorter = Math.min(a.length, b.length)
  let head = 0
  while (head < shorter && pair(head, head)) head += 1
  let tail = 0
  while (tail < shorter - head && pair(a.length - 1 - tail, b.length - 1 - tail)) tail += 1
  const [rows, columns] = [a.length - head - tail, b.length - head - tail]
  const found = Array.from({ length: head }, (_, at): [number, number] => [at, at])
  if (rows * columns <= productLimit)
    for (const [at, other] of longestCommon(rows, columns, (at, other) => pair(head + at, head + other)))
      found.push([head + at, head + other])
  for (let at = tail; at > 0; at -= 1) found.push([a.length - at, b.length - at])
  return found
}

function longestCommon(
  rows: number,
  columns: number,
  isPair: (row: number, column: number) => boolean,
): [number, number][] {
  const width = columns + 1
  const lengths = new Uint16Array((rows + 1) * width)
  for (let row = rows - 1; row >= 0; row -= 1) {
    for (let column = columns - 1; column >= 0; column -= 1) {
      const at = row * width + column
      lengths[at] = isPair(row, column)
        ? (lengths[at + width + 1] as number) + 1
        : Math.max(lengths[at + width] as number, lengths[at + 1] as number)
    }
  }
  const found: [number, number][] = []
  for (let [row, column] = [0, 0]; row < rows && column < columns; ) {
    const at = row * width + column
    if (isPair(row, column)) found.push([row++, column++])
    else if ((lengths[at + width] as number) >= (lengths[at + 1] as number)) row += 1
    else column += 1
  }
  return found
}

const inOrder = ({ a, b }: Gap): Places[] => a.map((at, index) => [at, b[index] ?? null])

function byKind(gap: Gap, isPair: (a: number, b: number) => boolean): Places[] {
  const { pairs, gaps } = anchored(gap, isPair)
  const alone = gaps.flatMap(({ a, b }): Places[] => [
    ...a.map((at): Places => [at, null]),
    ...b.map((at): Places => [null, at]),
  ])
  return [...pairs, ...alone]
}

/** `RUN`, `COPY`, …; '' where history does not say. */
function keyword(createdBy: string): string {
  const told = createdBy.slice(0, 200)
  const [, plain = /^([A-Z]+)\b/.exec(told)?.[1]] = /#\(nop\)\s+([A-Z]+)\b/.exec(told) ?? []
  return plain ?? (/\/\w*sh\b/.test(told) ? 'RUN' : '')
}
