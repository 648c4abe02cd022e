import { describe, expect, test } from '@jest/globals'
import { readCommandLine } from '../../src/options/flags.ts'
import { checkOptions, type Given, InputError } from '../../src/options/options.ts'

const problemsOf = (given: Given): string[] => {
  try {
    checkOptions('gate', given)
    return []
  } catch (error) {
    if (error instanceof InputError) return error.problems
    throw error
  }
}

describe('several images', () => {
  test('are named by bake and compose files, whatever these are called', () => {
    expect(checkOptions('gate', { file: ['a/docker-bake.hcl', 'compose.yaml'], targets: ['web'] })).toMatchObject({
      files: [{ name: 'a/docker-bake.hcl' }, { name: 'compose.yaml' }],
      targets: ['web'],
    })
    expect(checkOptions('gate', { 'bake-file': ['images.hcl'] }).files).toEqual([{ name: 'images.hcl', by: 'bake' }])
    const line = readCommandLine(['gate', '--bake-file', 'images.hcl', '--targets', 'web,api'])
    expect(line).toMatchObject({ given: { 'bake-file': ['images.hcl'], targets: ['web', 'api'] } })
  })

  test.each<[Given, RegExp]>([
    [{ file: ['Dockerfile', 'docker-bake.hcl'] }, /a Dockerfile and a bake or compose file are given/],
    [{ file: ['a/Dockerfile', 'b/Dockerfile'] }, /the gate builds one Dockerfile, and 2 are given/],
    [{ targets: ['web'] }, /these are names of a bake or compose file, and none is given/],
  ])('%j is refused', (given, reason) => {
    expect(problemsOf(given)).toEqual([expect.stringMatching(reason)])
  })
})

describe('limits', () => {
  test.each([
    ['45m', 2700],
    ['1h30m', 5400],
    ['90s', 90],
    ['600', 600],
    ['2h', 7200],
    ['5min', 300],
  ])('timeout %s is %d seconds', (text, seconds) => {
    expect(checkOptions('gate', { timeout: [text] }).timeout).toBe(seconds)
  })
  test.each([
    ['10g', 10 * 1024 ** 3],
    ['500m', 500 * 1024 ** 2],
    ['1.5gb', 1.5 * 1024 ** 3],
    ['2GiB', 2 * 1024 ** 3],
    ['1048576', 1024 ** 2],
  ])('max-disk %s is %d bytes', (text, bytes) => {
    expect(checkOptions('gate', { 'max-disk': [text] }).maxDisk).toBe(bytes)
  })
  test.each([['0'], ['-5m'], ['soon'], ['9999999999'], ['1d'], ['m']])('timeout %s is refused', text => {
    expect(problemsOf({ timeout: [text] })).toEqual([expect.stringMatching(/is not a time such as 45m/)])
  })
  test.each([['0'], ['lots'], ['-1g'], ['10gg']])('max-disk %s is refused', text => {
    expect(problemsOf({ 'max-disk': [text] })).toEqual([expect.stringMatching(/is not a size such as 10g/)])
  })
  test('are none where none are given', () => {
    const { timeout, maxDisk, logs, keep } = checkOptions('gate', {})
    expect([timeout, maxDisk, logs, keep]).toEqual([undefined, undefined, undefined, undefined])
  })
})
