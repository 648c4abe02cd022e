import type { Given } from './options.ts'
import { shown } from './value.ts'

/** Where what earlier runs proved is kept. */
export interface LedgerPlace {
  /** A folder; null: the Actions cache of the repository. */
  folder: string | null
  /** Whether it is read and written for a release, too. */
  forRelease: boolean
}

export interface LedgerOptions {
  /** Null: nobody asks, and nothing is kept. */
  ledger: LedgerPlace | null
}

/** `true` and `release` are the Actions cache, which there is on GitHub alone; all else is a folder. */
export function ledgerIn(
  given: Given,
  environment: Readonly<Record<string, string | undefined>>,
  problems: string[],
): LedgerOptions {
  const value = given.ledger?.at(-1)?.trim() ?? ''
  if (value === '' || /^false$/i.test(value)) return { ledger: null }
  const release = /^release(?::(.*))?$/s.exec(value)
  const forRelease = release !== null
  const folder = release === null ? value : (release[1] ?? '')
  if (forRelease ? folder !== '' : !/^true$/i.test(value)) return place(folder, forRelease, problems)
  if (environment.GITHUB_ACTIONS !== 'true')
    problems.push(
      `ledger (--ledger): '${shown(value)}' is the Actions cache, and this is no job of GitHub Actions; name a folder`,
    )
  return { ledger: { folder: null, forRelease } }
}

function place(folder: string, forRelease: boolean, problems: string[]): LedgerOptions {
  // What was meant by a word is not for us to guess: a folder of that name would be made.
  if (!/[/\\.]/.test(folder))
    problems.push(
      `ledger (--ledger): '${shown(folder)}' is none of true, false and release, and no folder such as ./${shown(folder)}`,
    )
  return { ledger: { folder, forRelease } }
}
