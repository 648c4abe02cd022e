import type { ByteRun } from '../../image/comparison.ts'

const limit = 20_000
const [gap, before, shown] = [4, 32, 160]

/** Where two equally long stretches of a file differ, as runs of the file; null when there are too many. `base`: their offset. */
export function runsBetween(a: Buffer, b: Buffer, base: number): ByteRun[] | null {
  const places: { start: number; end: number }[] = []
  for (let from = 0; from < a.length; from += 1024) {
    const to = Math.min(from + 1024, a.length)
    if (a.compare(b, from, to, from, to) === 0) continue
    for (let at = from; at < to; at++) {
      if (a[at] === b[at]) continue
      const last = places.at(-1)
      if (last && at - last.end < gap) last.end = at + 1
      else if (places.push({ start: at, end: at + 1 }) > limit) return null
    }
  }
  return places.map(({ start, end }) => {
    const from = Math.max(0, start - before)
    return {
      ...{ offset: base + start, length: end - start, before: start - from },
      a: a.subarray(from, from + shown),
      b: b.subarray(from, from + shown),
    }
  })
}

/** The parts of a run between zero bytes that both sides have: each is a text, or a number, of its own. */
export function splitAtZeros(run: ByteRun): ByteRun[] {
  const end = Math.min(run.before + run.length, run.a.length, run.b.length)
  if (end - run.before < run.length) return [run]
  const parts: ByteRun[] = []
  let start = -1
  for (let at = run.before; at <= end; at++) {
    const ends = at === end || (run.a[at] === 0 && run.b[at] === 0)
    if (!ends && start < 0 && run.a[at] !== run.b[at]) start = at
    if (!ends || start < 0) continue
    let last = at
    while (run.a[last - 1] === run.b[last - 1]) last--
    parts.push({ ...run, offset: run.offset + start - run.before, length: last - start, before: start })
    start = -1
  }
  return parts
}
