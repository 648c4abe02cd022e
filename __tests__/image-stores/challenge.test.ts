import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { challengesIn } from '../../src/image-stores/challenge.ts'

test.each([
  ['', []],
  ['Basic realm="x"', [{ scheme: 'basic', parameters: { realm: 'x' } }]],
  [
    'Bearer realm="https://auth.docker.io/token",service="registry.docker.io",scope="repository:a/b:pull,push"',
    [
      {
        scheme: 'bearer',
        parameters: {
          realm: 'https://auth.docker.io/token',
          service: 'registry.docker.io',
          scope: 'repository:a/b:pull,push',
        },
      },
    ],
  ],
  [
    'BEARER Realm=plain , Service="a\\"b", Basic realm="z"',
    [
      { scheme: 'bearer', parameters: { realm: 'plain', service: 'a"b' } },
      { scheme: 'basic', parameters: { realm: 'z' } },
    ],
  ],
  ['Bearer __proto__="x",realm="y"', [{ scheme: 'bearer', parameters: { ['__proto__']: 'x', realm: 'y' } }]],
  ['Bearer realm="never ends', [{ scheme: 'bearer', parameters: {} }]],
  ['realm="nobody\'s"', []],
])('the challenges in %s', (header, challenges) => {
  expect(JSON.parse(JSON.stringify(challengesIn(header)))).toEqual(JSON.parse(JSON.stringify(challenges)))
})

test('a hostile header is read once, and nothing is thrown', () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'aB=",\\ \t;'), maxLength: 200 }), text => {
      challengesIn(text)
    }),
  )
  for (const unit of ['a', 'a=', '"', '\\', ', ', 'a="', ' ']) challengesIn(unit.repeat(100_000))
})
