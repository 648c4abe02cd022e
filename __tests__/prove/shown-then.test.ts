// What a proof keeps of the findings of two builds, and what a later run says of them.
import { expect, test } from '@jest/globals'
import { docsUrl, type Finding } from '../../src/finding.ts'
import { shownIn, shownThen } from '../../src/prove/ledger/shown-then.ts'

const modes: Finding = {
  ...{ id: 'header-mode', source: 'comparison', level: 'warning', class: 'machine', title: 'Permissions of secret' },
  ...{ message: 'm', location: { file: 'secret/Dockerfile', line: 3, endLine: 4, column: 2 } },
  ...{ paths: ['a'], count: 1, confidence: 'certain', evidence: [], docs: docsUrl('header-mode') },
}
const place = { file: 'secret/Dockerfile', line: 3, endLine: 4 }
const kept = { id: 'header-mode', level: 'warning' as const, title: 'Permissions of secret', location: place }

test('what depends on the machine is kept, with its line and without secrets', () => {
  expect(shownIn({ findings: [] })).toEqual([])
  expect(shownIn({ findings: [modes, { ...modes, id: 'smoke-exit-code', level: 'error' }] })).toMatchObject([kept])
  expect(JSON.stringify(shownIn({ findings: [modes] }, text => text.replaceAll('secret', '***')))).not.toMatch('secret')
})

test('as many as there is room for are kept, and what the smoke command said is not one of them', () => {
  const many = Array<Finding>(20).fill(modes)
  expect(shownIn({ findings: many })).toHaveLength(20)
  expect(shownIn({ findings: [...many, { ...modes, id: 'smoke-exit-code', level: 'error' }] })).toHaveLength(20)
  const { location: _, ...nowhere } = modes
  expect(shownIn({ findings: [nowhere] })).toMatchObject([{ location: null }])
})

test.each<[string, Finding[]]>([
  ['an error', [{ ...modes, level: 'error' }]],
  ['what differs on another day', [modes, { ...modes, class: 'drift' }]],
  ['what differs in every build', [{ ...modes, class: 'now' }]],
  ['what is of the image and not of the machine', [{ ...modes, class: 'now' }, modes]],
  ['what is not of the images', [{ ...modes, source: 'lint' }]],
  ['more than there is room for', Array<Finding>(21).fill(modes)],
])('%s is for two builds to say', (_, findings) => {
  expect(shownIn({ findings })).toBeNull()
})

test('a later run names it, and claims no proof of its own', () => {
  const proof = { run: null, at: '2026-11-09T21:15:00.000Z' }
  expect(shownThen([kept, { ...kept, location: null }], proof)).toEqual([
    expect.objectContaining({
      ...{ id: 'header-mode', source: 'comparison', level: 'warning', class: 'machine', confidence: 'likely' },
      ...{ location: place, evidence: [], message: expect.stringMatching(/a run of 9 November 2026.*made one build/) },
    }),
    expect.not.objectContaining({ location: expect.anything() }),
  ])
  expect(shownThen([{ ...kept, location: null }], proof)[0]).not.toHaveProperty('location')
  expect(shownThen([], proof)).toEqual([])
})
