import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { attestedBuild } from '../../src/explain/blame/attested-build.ts'
import { isKnown, isWithin } from '../../src/explain/values/time.ts'

const source = { infos: [{ filename: 'app.Dockerfile', data: Buffer.from('FROM scratch\n').toString('base64') }] }
const args = { 'build-arg:SOURCE_DATE_EPOCH': '1700000000', 'build-arg:A': 'b', target: 'app', 'no-cache': '' }
const [startedOn, finishedOn] = ['2026-11-21T09:12:24.156044221Z', '2026-11-21T09:12:26Z']
const name = 'https://mobyproject.org/buildkit@v1#metadata'

const slsa02 = {
  invocation: { parameters: { args } },
  metadata: { buildStartedOn: startedOn, buildFinishedOn: finishedOn, [name]: { source } },
}
const slsa1 = {
  buildDefinition: { externalParameters: { request: { args } } },
  runDetails: { metadata: { startedOn, finishedOn, buildkit_metadata: { source } } },
}

describe('what provenance says of a build', () => {
  test.each([
    ['SLSA 0.2', slsa02],
    ['SLSA 1', slsa1],
  ])('%s', (_, provenance) => {
    expect(attestedBuild(provenance)).toEqual({
      ...{ provenance, epoch: 1_700_000_000, target: 'app', buildArgs: { SOURCE_DATE_EPOCH: '1700000000', A: 'b' } },
      window: { startedAt: Date.parse('2026-11-21T09:12:24.156Z'), endedAt: Date.parse(finishedOn) },
      dockerfile: { file: 'app.Dockerfile', text: 'FROM scratch\n' },
      builder: null,
    })
  })

  test.each([
    [
      'its frontend',
      { buildDefinition: { internalParameters: { dockerfileVersion: '1.19.0' } } },
      'BuildKit (Dockerfile frontend 1.19.0)',
    ],
    ['its own version', { runDetails: { builder: { version: { kiln: 'v2 <b>' } } } }, 'kiln v2 b'],
    ['no version', { runDetails: { builder: { id: 'https://example.com' } } }, null],
    ['nothing of its version', { runDetails: { builder: { version: null } } }, null],
    ['nonsense', { runDetails: { builder: { version: [7] } }, buildDefinition: { internalParameters: 'x' } }, null],
  ])('the builder says %s', (_, provenance, builder) => {
    expect(attestedBuild(provenance).builder).toBe(builder)
  })

  test.each([
    ['ends before it starts', { metadata: { buildStartedOn: finishedOn, buildFinishedOn: startedOn } }],
    ['lasts for days', { metadata: { buildStartedOn: '2026-11-01T00:00:00Z', buildFinishedOn: finishedOn } }],
    ['has one time', { metadata: { buildStartedOn: startedOn } }],
    ['says nothing', null],
  ])('a build that %s has no window, and no time is within it', (_, provenance) => {
    const { window } = attestedBuild(provenance)
    expect(isKnown(window)).toBe(false)
    expect(isWithin({ ms: Date.parse(startedOn), span: 1000, daily: false }, window)).toBe(false)
    expect(isWithin({ ms: 5, span: 1000, daily: true }, window)).toBe(false)
  })

  test('a build of one moment has a window', () => {
    const moment = { buildStartedOn: startedOn, buildFinishedOn: startedOn }
    expect(isKnown(attestedBuild({ metadata: moment }).window)).toBe(true)
  })

  test('what is not said is not known, and what is no text is not an argument', () => {
    const of = (given: unknown, infos: unknown = []) =>
      attestedBuild({ invocation: { parameters: { args: given } }, metadata: { [name]: { source: { infos } } } })
    for (const odd of [null, undefined, 'x', {}, { target: '' }, { target: 7, 'build-arg:N': 7, other: 'x' }]) {
      const { target, buildArgs, epoch, dockerfile } = of(odd)
      expect([target, buildArgs, epoch, dockerfile]).toEqual([undefined, {}, null, null])
    }
    for (const epoch of ['1.5', '-1', '123456789012', 'soon', ''])
      expect(of({ 'build-arg:SOURCE_DATE_EPOCH': epoch }).epoch).toBeNull()
    const data = Buffer.from('FROM x\n').toString('base64')
    expect(of({}, [{ data }]).dockerfile).toEqual({ file: 'Dockerfile', text: 'FROM x\n' })
    expect(of({}, { 0: { data } }).dockerfile).toBeNull()
  })

  test('of anything else nothing is known, and nothing breaks', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        const { epoch, dockerfile } = attestedBuild(value)
        expect([epoch, dockerfile]).toEqual([null, null])
      }),
    )
  })
})
