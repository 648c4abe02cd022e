/** What the fixtures hold. Each makes zstd use other parts of its format. */
export const contents: Readonly<Record<string, () => Buffer>> = {
  lines: () => Buffer.from(Array.from({ length: 9000 }, (_, at) => `${at} of all lines\n`).join('')),
  'few-letters': () => Buffer.from(drawn(60_000).map(value => 97 + Math.min(value % 5, value % 7))),
  random: () => Buffer.from(drawn(3_000)),
  zeros: () => Buffer.alloc(400_000),
  empty: () => Buffer.alloc(0),
  short: () => Buffer.from('a short text'),
  'random, repeated': () => Buffer.concat(Array.from({ length: 90 }, () => Buffer.from(drawn(4_000)))),
}

function drawn(count: number): number[] {
  let seed = 1
  return Array.from({ length: count }, () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0
    return seed >>> 24
  })
}
