import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import type { SideBuild } from '../../src/build/build.ts'
import { createMasking } from '../../src/host/masking.ts'
import type { RecordedInputs } from '../../src/ledger/record.ts'
import { checkOptions, type Given } from '../../src/options/options.ts'
import { fingerprint, recordMask } from '../../src/prove/fingerprint.ts'
import { readSources } from '../../src/subjects/sources.ts'
import { noPorts } from '../image-stores/lying-images.ts'
import { newFolder } from '../ledger/recorded.ts'

const secret = 'top&secret<77'
const masking = createMasking([secret])

async function printOf(given: Given, { isFetched = false } = {}): Promise<RecordedInputs> {
  const folder = await newFolder()
  writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY . /\n')
  const options = checkOptions('record', { context: [folder], record: ['r'], config: ['none'], ...given })
  const sources = await readSources(options, noPorts())
  const image = { name: null, options, sources: { ...sources, ...(isFetched ? { context: null } : {}) } }
  const epoch = { seconds: 1, commit: null, from: '' }
  const builds = [{ provenance: null } as SideBuild]
  return fingerprint(image as never, builds, { epoch }, { masking, signal: new AbortController().signal })
}

test('a context that nobody here can read is one that is not known, not none', async () => {
  const [known] = (await printOf({})).contexts
  expect(known).toMatchObject({ name: 'context', digest: expect.stringMatching(/^sha256:/), files: 1 })
  expect((await printOf({}, { isFetched: true })).contexts).toMatchObject([{ name: 'context', digest: null }])
})

test('no secret is in any text of it', async () => {
  const inputs = await printOf({
    'build-contexts': [`src=https://user:pass@example.com/${secret}.tar.gz`],
    'build-args': ['API_TOKEN=a"quoted-token', `URL=https://example.com/${secret}`],
    labels: [`to=${secret}`, 'of=a"quoted-token'],
    target: [secret],
  })
  const text = JSON.stringify(inputs)
  for (const hidden of [secret, 'quoted-token', 'user:pass']) expect(text).not.toContain(hidden)
  expect(inputs.contexts.find(({ name }) => name === 'src')?.address).toBe('https://example.com/***.tar.gz')
  expect(inputs.args).toEqual([
    { name: 'API_TOKEN', value: null },
    { name: 'URL', value: null },
  ])
})

test('what is starred is starred in every form, as the config of an image has it', () => {
  const mask = recordMask({ buildArgs: { API_TOKEN: 'a"b&c<d>' } }, masking)
  expect(mask('{"Env":["API_TOKEN=a\\"b\\u0026c\\u003cd\\u003e"]}')).toBe('{"Env":["API_TOKEN=***"]}')
  expect(mask('{"Env":["K=top\\u0026secret\\u003c77"]}')).toBe('{"Env":["K=***"]}')
})
