import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { verify } from '../../src/commands/verify.ts'
import { checkOptions, type Given } from '../../src/options/options.ts'
import { noPorts } from '../image-stores/lying-images.ts'
import { newFolder } from '../ledger/recorded.ts'

async function refusal(given: Given): Promise<string> {
  const folder = await newFolder()
  writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY . /\n')
  const options = checkOptions('verify', { context: [folder], config: ['none'], ...given })
  return verify(options, noPorts(), { version: 'test' }).then(
    () => '',
    (error: Error) => `${error.name}: ${error.message}`,
  )
}

test('one digest is not expected of several platforms', async () => {
  const digest = [`sha256:${'0'.repeat(64)}`]
  const both = await refusal({ 'expected-digest': digest, platforms: ['linux/amd64', 'linux/arm64'] })
  expect(both).toMatch(/^InputError: .*a digest is of one image, and 2 platforms/s)
  expect(await refusal({ 'expected-digest': digest, platforms: ['linux/amd64'] })).toBe('')
})

test('a record that is none, or not there, is wrong input before anything is built', async () => {
  const folder = await newFolder()
  expect(await refusal({ record: [join(folder, 'none')] })).toMatch(/^InputError: .*There is no file/s)
  expect(await refusal({ record: [folder] })).toMatch(/^InputError: .*is a folder, which has the records/s)
})
