/** Characters, and brackets open at once, beyond which a script is not read: the parser's time grows with both. */
const longest = 500_000
const deepest = 60

/** Whether a script is more than any person writes, and would cost the parser too much. */
export function isTooHeavy(script: string): boolean {
  if (script.length > longest) return true
  let open = 0
  for (const char of script) {
    if (char === '(' || char === '{') {
      if (++open > deepest) return true
    } else if ((char === ')' || char === '}') && open > 0) open--
  }
  return false
}
