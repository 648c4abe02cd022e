const slash = 0x2f

/**
 * Orders two paths as a BuildKit layer does: component by component (`a/b` before `a-b`), a whiteout beside what it hides.
 * Asked for every entry of a layer: nothing is made of the paths.
 */
export function comparePaths(a: string, b: string): number {
  const [p, q] = a.includes('.wh.') || b.includes('.wh.') ? [withoutMarks(a), withoutMarks(b)] : [a, b]
  const shorter = Math.min(p.length, q.length)
  for (let at = 0; at < shorter; at += 1) {
    const [codeP, codeQ] = [p.charCodeAt(at), q.charCodeAt(at)]
    // Zero bytes cannot occur in a path: what ends sorts first, then what goes on below.
    if (codeP !== codeQ) return (codeP === slash ? 0 : codeP) - (codeQ === slash ? 0 : codeQ)
  }
  return p.length - q.length
}

const withoutMarks = (path: string): string => path.replace(/(^|\/)\.wh\./g, '$1')
