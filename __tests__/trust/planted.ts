// Secrets that are put wherever a run may meet one, and the search for what is left of them in bytes.
import { createHash } from 'node:crypto'

/** So many characters in a row are of a secret, and no chance. */
const gram = 9

/** A value that nothing else has: with characters that every encoding writes in its own way. */
export const plantedSecret = (name: string, seed: string): string => {
  const text = createHash('sha256').update(`${seed} ${name}`).digest('base64url')
  return `${text.slice(0, 14)}/&+ "%é${text.slice(14, 30)}`.replace(/ /g, '')
}

/** The same of letters and digits alone, as tokens are. */
export const plantedToken = (name: string, seed: string): string =>
  createHash('sha256').update(`token ${seed} ${name}`).digest('hex').slice(0, 36)

/** The forms that are searched for: each finds the secret also where only nine characters of it are left. */
export const formsOf = (secret: string): Record<string, string> => {
  const bytes = Buffer.from(secret)
  return {
    plain: bytes.toString('latin1'),
    ...Object.fromEntries(
      [0, 1, 2].map(before => [
        `base64+${before}`,
        Buffer.concat([Buffer.alloc(before), bytes])
          .toString('base64')
          .replace(/=+$/, '')
          .slice([0, 2, 3][before], -1),
      ]),
    ),
    hex: bytes.toString('hex'),
    HEX: bytes.toString('hex').toUpperCase(),
    percent: encodeURIComponent(secret),
    json: JSON.stringify(secret).slice(1, -1).replace(/[&]/g, '\\u0026'),
    backwards: Buffer.from([...secret].reverse().join('')).toString('latin1'),
  }
}

export interface Hit {
  secret: string
  form: string
  /** What stands around it. */
  around: string
}

/** Searches for what was planted: by each run of nine characters of each form. */
export function searcher(planted: Readonly<Record<string, string>>): (bytes: Buffer | string) => Hit[] {
  const grams = new Map<string, { secret: string; form: string }>()
  for (const [secret, value] of Object.entries(planted))
    for (const [form, text] of Object.entries(formsOf(value)))
      for (let at = 0; at + gram <= text.length; at++)
        if (!grams.has(text.slice(at, at + gram))) grams.set(text.slice(at, at + gram), { secret, form })
  // By three characters first: hundreds of megabytes are searched, in which next to nothing begins as a secret does.
  const begins = new Uint8Array(2 ** 24)
  for (const text of grams.keys())
    begins[(text.charCodeAt(0) << 16) | (text.charCodeAt(1) << 8) | text.charCodeAt(2)] = 1
  return given => {
    const bytes = typeof given === 'string' ? Buffer.from(given) : given
    const hits = new Map<string, Hit>()
    for (let at = 0; at + gram <= bytes.length; at++) {
      const three = ((bytes[at] as number) << 16) | ((bytes[at + 1] as number) << 8) | (bytes[at + 2] as number)
      if (begins[three] !== 1) continue
      const found = grams.get(bytes.toString('latin1', at, at + gram))
      const key = found && `${found.secret} ${found.form}`
      if (found && key && !hits.has(key))
        hits.set(key, { ...found, around: bytes.toString('latin1', Math.max(0, at - 60), at + gram + 30) })
    }
    return [...hits.values()]
  }
}
