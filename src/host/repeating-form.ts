/** So often may a form's first or last characters stand in it before it is searched for in another way. */
const often = 16

/**
 * Whether a form is made of one piece over and over, or nearly so: then most places of it look like its beginning, and to look at each to
 * its end takes the square of its length.
 */
export function isRepeating(form: string, grams: number): boolean {
  return [form.slice(0, grams), form.slice(-grams)].some(gram => {
    let count = 0
    for (let at = form.indexOf(gram); at !== -1 && count < often; at = form.indexOf(gram, at + 1)) count++
    return count >= often
  })
}

/** Searches texts for a form in one pass each, as Knuth, Morris and Pratt do it. */
export interface FormSearch {
  form: string
  /** Tells of each place where the form ends, or something that it begins with; the longest of these. */
  beginnings: (text: string, tell: (end: number, length: number) => void) => void
  /** Tells of each place where the form begins, or something that it ends with; the longest of these. */
  endings: (text: string, tell: (start: number, length: number) => void) => void
}

/** @param form of one character at least */
export function searchFor(form: string): FormSearch {
  const forth = codesOf(form)
  const [bordersForth, back] = [bordersOf(forth), forth.toReversed()]
  const bordersBack = bordersOf(back)
  return {
    form,
    beginnings: (text, tell) => {
      let length = 0
      for (let at = 0; at < text.length; at++) {
        length = longer(length, text.charCodeAt(at), forth, bordersForth)
        if (length > 0) tell(at + 1, length)
      }
    },
    endings: (text, tell) => {
      let length = 0
      for (let at = text.length - 1; at >= 0; at--) {
        length = longer(length, text.charCodeAt(at), back, bordersBack)
        if (length > 0) tell(at, length)
      }
    },
  }
}

const codesOf = (form: string): Uint16Array => Uint16Array.from({ length: form.length }, (_, at) => form.charCodeAt(at))

/** Of each beginning of a form the longest shorter one that it ends with. */
function bordersOf(form: Uint16Array): Int32Array {
  const borders = new Int32Array(form.length + 1)
  for (let at = 1, length = 0; at < form.length; at++) {
    length = longer(length, form[at] as number, form, borders)
    borders[at + 1] = length
  }
  return borders
}

/** How much of the form's beginning ends with this character, where so much of it ended before. */
function longer(before: number, code: number, form: Uint16Array, borders: Int32Array): number {
  let length = before === form.length ? (borders[before] as number) : before
  while (length > 0 && form[length] !== code) length = borders[length] as number
  return form[length] === code ? length + 1 : 0
}
