import { expect, test } from '@jest/globals'
import { causes } from '../../src/explain/causes.ts'
import { ofImages } from '../../src/explain/of-images.ts'
import type { Finding } from '../../src/finding.ts'
import { changed, subjectOf } from './subject.ts'

const finding = (message: string, what = ''): Finding => ({
  ...{
    id: 'x',
    source: 'comparison',
    level: 'error',
    class: 'now',
    title: 't',
    docs: '',
    count: 1,
    confidence: 'certain',
  },
  ...{ message, paths: ['only in build A'], fix: { text: 'in both builds' } },
  evidence: [{ what, path: 'in each build', a: 'in each build', b: 'in both builds' }],
})

test.each([
  ['A path differs between the two builds, and …', 'A path differs between the two images, and …'],
  ['holds the same lines in both builds, but', 'holds the same lines in both images, but'],
  ['the same members in another order in each build', 'the same members in another order in each image'],
  [
    'A path that only build A has and one that only build B has',
    'A path that only image A has and one that only image B has',
  ],
  ['stood at another commit when the second build ran', 'stood at another commit when the second image was built'],
  ['the tag was moved between the two builds', 'the tag was moved between the two builds'],
  ['differs in every build', 'differs in every build'],
  ['in the time of each build', 'in the time of each build'],
])('%s', (said, expected) => {
  expect(ofImages(finding(said)).message).toBe(expected)
})

test('proofs are reworded, what they quote is not', () => {
  const reworded = ofImages(finding('m', '/gzip is deleted in build A only'))
  expect(reworded.evidence?.[0]).toEqual({
    ...{ what: '/gzip is deleted in image A only', path: 'in each build' },
    ...{ a: 'in each build', b: 'in both builds' },
  })
  expect(reworded).toMatchObject({ paths: ['only in build A'], fix: { text: 'in both builds' } })
})

test('no cause says of two images what only two builds have', () => {
  const subject = subjectOf(changed('etc/x', 'a1\n', 'b2\n'))
  const found = { subjects: [subject], instruction: null, keyword: '', fromContext: false }
  for (const cause of causes) {
    const { title, message } = cause.describe({ ...found, recognitions: [{ confidence: 'certain', evidence: [] }] })
    const told = ofImages({ ...finding(message), title })
    expect(`${cause.id}: ${told.title} ${told.message}`).not.toMatch(
      /both builds|in each build|only build|second build/,
    )
  }
})
