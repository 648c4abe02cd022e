import { expect, test } from '@jest/globals'
import { variationsIn } from '../../src/options/variations.ts'

const byDefault = ['mtimes', 'umask', 'order', 'time']

test.each<[string[], string[]]>([
  [[], byDefault],
  [['default'], byDefault],
  [['none'], []],
  [['+hostname'], [...byDefault, 'hostname']],
  [['-mtimes'], ['umask', 'order', 'time']],
  [
    ['hostname', 'umask'],
    ['umask', 'hostname'],
  ],
  [
    ['Default', ' +network '],
    [...byDefault, 'network'],
  ],
  [
    ['all', '-clock'],
    [...byDefault, 'hostname', 'network', 'fresh', 'cpus'],
  ],
])('%j', (items, wanted) => {
  const problems: string[] = []
  expect(variationsIn(items, problems)).toEqual(wanted)
  expect(problems).toEqual([])
})

test('what is none of them is told, with what there is', () => {
  const problems: string[] = []
  variationsIn(['umaks', '+constructor'], problems)
  expect(problems).toEqual([
    expect.stringMatching(/^variations \(--variations\): 'umaks' is not one of default, all, none, mtimes, umask/),
    expect.stringContaining("'+constructor'"),
  ])
})
