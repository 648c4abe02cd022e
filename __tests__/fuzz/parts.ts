/** What parts one half of an input from the other. */
export const border = '\n=====\n'

/** An input of several things, each without the border before it. */
export function parts(bytes: Buffer, most = 2): Buffer[] {
  const found: Buffer[] = []
  let rest = bytes
  while (found.length < most - 1) {
    const at = rest.indexOf(border)
    if (at === -1) break
    found.push(rest.subarray(0, at))
    rest = rest.subarray(at + border.length)
  }
  return [...found, rest]
}

/** Bytes as a stream gives them: in pieces of such a length. */
export async function* inPieces(bytes: Buffer, length: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += length) yield bytes.subarray(at, at + length)
}

/** Whether nothing in it could make a terminal or a runner do something. */
export const isClean = (text: string): boolean => !/(?![\t\n])\p{Cc}/u.test(text)
