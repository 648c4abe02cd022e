import { lookup as resolve } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { RegistryError } from './registry-error.ts'

/** Whether a server at an address (`https://10.0.0.1/`) is not to be asked, and what is told then, as a sentence. */
export interface Refusal {
  of: (address: string) => boolean
  words: string
}

/** Resolves names as ever, and gives no address that is refused: a public name may lead to this machine. */
export const refusingLookup =
  ({ of, words }: Refusal, resolved: typeof resolve = resolve): LookupFunction =>
  (name, options, done) => {
    resolved(name, { ...options, all: true }, (error, addresses) => {
      const [first] = addresses ?? []
      if (error || first === undefined) return done(error ?? new Error(`${name} has no address`), '', 4)
      if (addresses.some(({ address, family }) => of(`https://${family === 6 ? `[${address}]` : address}/`)))
        return done(new RegistryError(words), '', 4)
      if (options.all) return done(null, addresses)
      return done(null, first.address, first.family)
    })
  }
