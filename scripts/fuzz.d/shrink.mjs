/** The smallest input found, in so many tries, that goes wrong as this one does. @param signOf what goes wrong with an input */
export async function shrunk(bytes, sign, signOf, tries = 400) {
  let best = bytes
  for (let piece = Math.ceil(best.length / 2); piece >= 1 && tries > 0; ) {
    const before = best.length
    for (let at = 0; at < best.length && tries > 0; ) {
      const less = Buffer.concat([best.subarray(0, at), best.subarray(at + piece)])
      tries -= 1
      if ((await signOf(less)) === sign) best = less
      else at += piece
    }
    if (piece > 1) piece = Math.ceil(piece / 2)
    else if (best.length === before) break
  }
  return best
}
