/**
 * Sort key of a path in a BuildKit layer: component by component, a whiteout beside what it hides. Zero bytes cannot
 * occur in a path, so `a/b` sorts before `a-b` as it does in the tar.
 */
export function orderKey(path: string): string {
  const plain = path.includes('.wh.') ? path.replace(/(^|\/)\.wh\./g, '$1') : path
  return plain.replaceAll('/', '\0')
}
