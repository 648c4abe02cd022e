/** Those that begin or go on alike, or are a few letters away; at most five, nearest first. */
export function nearest(asked: string, known: readonly string[]): string[] {
  const word = asked.toLowerCase().slice(0, 60)
  const near = known.map(one => ({ one, away: distance(word, one.toLowerCase()) }))
  return near
    .filter(
      ({ one, away }) => away <= Math.ceil(word.length / 3) || (word.length > 2 && one.toLowerCase().includes(word)),
    )
    .sort((a, b) => a.away - b.away)
    .slice(0, 5)
    .map(({ one }) => one)
}

/** `; did you mean x?`, or a full stop where nothing is near. */
export function meant(asked: string, known: readonly string[]): string {
  const [first, second] = nearest(asked, known)
  if (first === undefined) return '.'
  return `; did you mean ${second === undefined ? first : `${first} or ${second}`}?`
}

/** Letters to add, take away or change. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const changed = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, changed))
    }
    row = next
  }
  return row.at(-1) ?? 0
}
