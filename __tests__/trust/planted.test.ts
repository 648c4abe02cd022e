// The search for secrets finds them: a search that finds nothing anywhere would pass every test.
import { randomBytes } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { formsOf, plantedSecret, plantedToken, searcher } from './planted.ts'

const secrets = { word: plantedSecret('word', 'a seed'), token: plantedToken('token', 'a seed') }
const find = searcher(secrets)

test.each(Object.entries(secrets))(
  '%s is found in every form, whole and in part, among bytes of any kind',
  (name, secret) => {
    for (const [form, text] of Object.entries(formsOf(secret)))
      for (const part of [text, text.slice(0, 9), text.slice(-9), text.slice(4, 13)]) {
        const bytes = Buffer.concat([randomBytes(999), Buffer.from(part, 'latin1'), randomBytes(99)])
        expect([...new Set(find(bytes).map(hit => hit.secret))]).toEqual([name])
        expect(`${form} ${find(bytes)[0]?.around}`).toContain(part.slice(0, 9))
      }
  },
)

test('nothing is found where nothing is', () => {
  expect(find(randomBytes(2 ** 20))).toEqual([])
  expect(find(plantedToken('token', 'another seed'))).toEqual([])
  // Less than nine characters are nobody's.
  expect(find(secrets.token.slice(0, 8))).toEqual([])
})
