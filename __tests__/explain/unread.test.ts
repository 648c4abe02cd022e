import { expect, test } from '@jest/globals'
import { unreadDifference } from '../../src/explain/unread.ts'

test('layers that could not be read: what to do depends on whether this machine or the builder is short of them', () => {
  const here = unreadDifference(
    'There is too little space in the folder for temporary files (/tmp/x): 11 MiB are needed',
  )
  expect(here.message).toContain('this machine has too little room')
  expect(here.fix?.text).toContain('TMPDIR')
  const there = unreadDifference('not found')
  expect(there.message).toContain('BuildKit did not hand out')
  expect(there.fix?.text).toContain('docker buildx du')
})
