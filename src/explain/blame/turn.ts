/** Whether paths differ right after a step, by its number; a text says why that is not known. */
export type DifferAfter = (step: number) => Promise<boolean | string>

/** A step of `last + 1` before which paths agree and after which they differ, as they do after the last; or why there is none. */
export async function turnIn(last: number, differAfter: DifferAfter): Promise<number | string> {
  let [equal, differ] = [0, last]
  while (differ - equal > 1) {
    const middle = (equal + differ) >> 1
    const answer = await differAfter(middle)
    if (typeof answer === 'string') return answer
    if (answer) differ = middle
    else equal = middle
  }
  // Nothing was asked about the base yet.
  if (equal !== 0 || differ !== 1) return differ
  const answer = await differAfter(0)
  if (typeof answer === 'string') return answer
  return answer ? 0 : 1
}

/**
 * The turn behind which paths differ to the end, given an earlier one: what was wiped away in between and written anew differs by
 * what wrote it anew. The earlier one where that is not known.
 */
export async function lastTurn(turn: number, last: number, differAfter: DifferAfter): Promise<number> {
  for (let at = last - 1; at > turn; at--) {
    const answer = await differAfter(at)
    if (typeof answer === 'string') return turn
    if (!answer) return at + 1
  }
  return turn
}
