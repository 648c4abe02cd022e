/** Whether a string of letters and digits means something: words of a language, or a text that was encoded. */

/** The fifty pairs of letters that make up three fifths of English, and of names in programs; of letters drawn by chance, a fourteenth. */
const common = new Set(
  (
    'th he in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co me de hi ri ro ic ' +
    'ne ea ra ce li ch ll be ma si om ur'
  ).split(' '),
)

/** `AbstractFactoryBean`, `libfoo_extended_parser`: pairs of letters as words have them, not as chance gives them. */
export function readsAsWords(text: string): boolean {
  let [pairs, known] = [0, 0]
  for (const word of text.slice(0, 500).match(/[A-Z]?[a-z]+|[A-Z]+/g) ?? []) {
    for (let at = 0; at + 1 < word.length; at++) {
      pairs++
      if (common.has(word.slice(at, at + 2).toLowerCase())) known++
    }
  }
  return known >= 4 && known * 4 >= pairs
}

/** Hexadecimal digits or base64 of at least eight printable characters, and of nothing else. */
export function encodesText(text: string): boolean {
  const hexadecimal = /^(?:[0-9a-f]{2}){8,}$/i.test(text)
  if (!hexadecimal && !/^[A-Za-z0-9+/_-]{12,}={0,2}$/.test(text)) return false
  const bytes = Buffer.from(text.slice(0, 4096), hexadecimal ? 'hex' : 'base64')
  return bytes.length >= 8 && bytes.every(byte => (byte >= 0x20 && byte < 0x7f) || (byte >= 9 && byte <= 13))
}
