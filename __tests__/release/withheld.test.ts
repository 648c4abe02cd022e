// Nothing is pushed, and no tag moved, but of what was proven in a run that passes.
import { describe, expect, test } from '@jest/globals'
import { failed, nothingYet, whyWithheld, withheld } from '../../src/release/words.ts'
import { exitCodeOf, type Report, type ReportRelease } from '../../src/report/report.ts'
import { all } from '../report/all-reports.ts'
import { finding, reproducible } from '../report/reports.ts'

const policies = ['never', 'difference', 'error', 'warning'] as const
const proven: Report = { ...reproducible, findings: [] }

test.each(Object.entries(all))('of the report %s', (_, report) => {
  for (const failOn of policies) {
    const why = whyWithheld({ ...report, release: undefined } as unknown as Report, failOn)
    const behaves = (report.smoke?.results ?? []).every(({ state }) => state === 'same')
    const passes = exitCodeOf({ ...report, release: undefined } as unknown as Report, failOn) === 0
    expect([failOn, why === null]).toEqual([failOn, report.verdict === 'reproducible' && behaves && passes])
    if (why !== null) expect(why).toMatch(/^Nothing was pushed, and no tag was moved: .*\.$/)
  }
})

test.each<[string, Partial<Report>, (typeof policies)[number], RegExp | null]>([
  ['proven', {}, 'warning', null],
  ['not reproducible', { verdict: 'not-reproducible' }, 'never', /two builds gave different images/],
  ['undecided', { verdict: 'undecided' }, 'never', /was not proven to be reproducible/],
  ['without a verdict', { verdict: null }, 'never', /was not proven to be reproducible/],
  ['with a warning that may be', { findings: [finding('RG201')] }, 'error', null],
  [
    'with a warning',
    { findings: [finding('RG201')] },
    'warning',
    /: the lint found what fail-on: warning fails for\.$/,
  ],
  [
    'with an error',
    { findings: [finding('RG201', { level: 'error' })] },
    'error',
    /: the lint found what fail-on: error/,
  ],
  ['with one of the builds', { findings: [finding('pyc-timestamp')] }, 'error', /: lint and builds found what fail-on/],
  ['with an error that nobody minds', { findings: [finding('RG201', { level: 'error' })] }, 'never', null],
])('%s', (_, change, failOn, why) => {
  const told = whyWithheld({ ...proven, ...change }, failOn)
  if (why === null) expect(told).toBeNull()
  else expect(told).toMatch(why)
})

describe('what is told of a release', () => {
  const images = [
    { name: 'web', destinations: [{ repository: 'ghcr.io/o/web', tags: ['1', '2'] }] },
    { name: null, destinations: [{ repository: 'h/o/app', tags: ['x'] }] },
  ]
  const tag = { before: null, state: 'untouched' }

  test('that is withheld: there is nothing', () => {
    expect(withheld('why')).toEqual({
      ...{ state: 'withheld', problem: 'why', digest: null, images: [], tags: [], notes: [] },
    })
  })

  test('before anything is pushed: no tag is moved, and it has failed until it has not', () => {
    expect(nothingYet(images)).toEqual({
      ...{ state: 'failed', problem: null, digest: null, digests: [], images: [], notes: [] },
      tags: [
        { image: 'web', name: 'ghcr.io/o/web:1', ...tag },
        { image: 'web', name: 'ghcr.io/o/web:2', ...tag },
        { name: 'h/o/app:x', ...tag },
      ],
    })
    expect(nothingYet(images.slice(1))).not.toHaveProperty('digests')
  })

  test('that failed: what is there now, tag by tag', () => {
    const told = (states: ReportRelease['tags'][number]['state'][], more: Partial<ReportRelease> = {}): string => {
      const tags = states.map((state, at) => ({ name: `t${at}`, before: null, state }))
      const release = failed({ ...nothingYet([]), tags, ...more }, new Error('no'), new AbortController().signal)
      expect(release.state).toBe('failed')
      return release.problem ?? ''
    }
    const nothing = 'What of it was pushed has no name, and nothing refers to it.'
    const again = 'Run it again: what is there already is not sent twice.'
    const one = 'The image is proven, but was not released: no.'
    expect(told(['untouched', 'untouched'])).toBe(`${one} No tag was moved. ${nothing} ${again}`)
    expect(told(['put-back', 'untouched'])).toBe(
      `${one} Moved, and put back to what they were: t0. ${nothing} ${again}`,
    )
    expect(told(['left', 'unknown', 'elsewhere', 'left', 'moved'])).toBe(
      `${one} These stand for it now, and could not be put back: t0, t3. What these stand for could not be seen: t1. These stand for something else, which is not ours to undo: t2. ${nothing} ${again}`,
    )
    const pushed = { repository: 'h/o/app', platform: 'linux/amd64', digest: 'sha256:1', configDigest: 'c' }
    expect(told(['left'], { images: [pushed, pushed], digests: [] })).toBe(
      `The images are proven, but were not released: no. These stand for it now, and could not be put back: t0. What was pushed lies there under its digest, without a tag: h/o/app@sha256:1. ${again}`,
    )
  })

  test('that was ended: by what', () => {
    const ended = (reason: unknown) => failed(nothingYet([]), 'no', AbortSignal.abort(reason)).problem
    expect(ended(new Error('a signal came!'))).toMatch(/not released: it was ended: a signal came! No tag/)
    expect(ended('SIGTERM')).toMatch(/not released: it was ended: SIGTERM\. No tag/)
    expect(failed(nothingYet([]), 'no', new AbortController().signal).problem).toMatch(/not released: no\. No tag/)
  })
})
