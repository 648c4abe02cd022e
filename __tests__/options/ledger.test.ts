import { describe, expect, test } from '@jest/globals'
import { checkOptions, type Given, InputError } from '../../src/options/options.ts'

const onGitHub = { GITHUB_ACTIONS: 'true' }
const ledgerOf = (value: string | undefined, env: Record<string, string> = onGitHub, more: Given = {}) =>
  checkOptions('gate', { ...(value === undefined ? {} : { ledger: [value] }), ...more }, env).ledger

describe('the option ledger', () => {
  test('is off unless it is asked for', () => {
    for (const value of [undefined, '', ' ', 'false', 'False']) expect(ledgerOf(value)).toBeNull()
  })

  test('is the Actions cache, or a folder, and for a release only where that is said', () => {
    expect(ledgerOf('true')).toEqual({ folder: null, forRelease: false })
    expect(ledgerOf('release')).toEqual({ folder: null, forRelease: true })
    expect(ledgerOf('./proofs', {})).toEqual({ folder: './proofs', forRelease: false })
    expect(ledgerOf('/var/proofs', {})).toEqual({ folder: '/var/proofs', forRelease: false })
    expect(ledgerOf('release:/var/proofs', {})).toEqual({ folder: '/var/proofs', forRelease: true })
    expect(ledgerOf('release/proofs', {})).toEqual({ folder: 'release/proofs', forRelease: false })
    expect(ledgerOf('/release/true', {})).toEqual({ folder: '/release/true', forRelease: false })
  })

  test('refuses a word that is none, and the Actions cache elsewhere', () => {
    for (const word of ['yes', 'cache', 'releases', 'release:here'])
      expect(() => ledgerOf(word)).toThrow(/is none of true, false and release/)
    for (const word of ['true', 'release']) {
      expect(() => ledgerOf(word, {})).toThrow(InputError)
      expect(() => ledgerOf(word, {})).toThrow(/no job of GitHub Actions; name a folder/)
    }
  })
})
