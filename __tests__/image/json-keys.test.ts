import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { jsonObject } from '../../src/image/json.ts'
import { repeatedKey } from '../../src/image/json-keys.ts'

describe('a key that comes twice in one object', () => {
  test.each([
    ['{"a":1,"b":2,"a":3}', 'a'],
    ['{"a":1,"\\u0061":3}', 'a'],
    ['{"x":{"a":1},"y":[{"b":1,"b":2}]}', 'b'],
    ['{"x":["a",{"a":[1,2]}],"x":0}', 'x'],
    ['{"\\"":1,"\\"":2}', '"'],
    ['{"__proto__":1,"__proto__":2}', '__proto__'],
  ])('%s', (text, key) => {
    expect(repeatedKey(text)).toBe(key)
    expect(jsonObject(Buffer.from(text), { unique: true })).toMatch(/twice in one object/)
    expect(typeof jsonObject(Buffer.from(text))).toBe('object')
  })

  test.each(['{"a":"a","b":["a","a"]}', '{"a":{"a":{"a":1}},"b":{"a":1}}', '[["a"],"a"]', '{"a":"\\",\\"a\\":1"}'])(
    'not in %s',
    text => expect(repeatedKey(text)).toBe(null),
  )

  test('never in what a program wrote', () => {
    fc.assert(fc.property(fc.json(), text => expect(repeatedKey(text)).toBe(null)))
  })
})

const [major = 0] = process.versions.node.split('.').map(Number)

// Node.js 20 does not tell how a number is written.
;(major > 20 ? test : test.skip)('numbers too long for JavaScript are not taken for one another', () => {
  const read = (text: string) => jsonObject(Buffer.from(`{"n":${text}}`))
  expect(read('9007199254740993')).not.toEqual(read('9007199254740992'))
  expect(read('1e400')).not.toEqual(read('2e400'))
  expect(read('9007199254740991')).toEqual({ n: 9007199254740991 })
})
