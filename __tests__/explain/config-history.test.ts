// Images that differ in their history alone: by an argument, or by the words of the builder.
import { expect, test } from '@jest/globals'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { stageLineage } from '../../src/explain/blame/blame.ts'
import { explainConfig } from '../../src/explain/config/config-cause.ts'
import { compareCrafted } from '../compare/comparing.ts'
import { imageOf, tarOf } from '../image/crafted.ts'

const dockerfile = parseDockerfile('FROM debian\nARG RUN_ID\nRUN make\nHEALTHCHECK CMD true\nUSER app\n', 'Dockerfile')
const lineage = stageLineage(dockerfile, undefined, {})
// Both as they stand in images of one Dockerfile, of BuildKit 0.25.2 and 0.32.2.
const words = [
  'HEALTHCHECK &{["CMD-SHELL" "true"] "0s" "0s" "0s" "0s" \'\\x00\'}',
  'HEALTHCHECK {Test:[CMD-SHELL true] Interval:0s Timeout:0s StartPeriod:0s StartInterval:0s Retries:0}',
] as const
const made = (run: string, health: string) =>
  imageOf([tarOf([{ name: 'base', content: 'b' }]), tarOf([{ name: 'made', content: 'm' }])], {
    history: [
      { created_by: 'ADD file:0 in / ' },
      { created_by: 'ARG RUN_ID', empty_layer: true },
      { created_by: run },
      { created_by: health, empty_layer: true },
      { created_by: 'USER app', empty_layer: true },
    ],
  })
async function found(a: ReturnType<typeof made>, b: ReturnType<typeof made>) {
  const comparison = await compareCrafted(a, b)
  return explainConfig(comparison, { a: a.image, b: b.image }, dockerfile, lineage)
}
const run = (id: string): string => `RUN |1 RUN_ID=${id} /bin/sh -c make # buildkit`

test('a setting in other words is the doing of the builder, told at its line', async () => {
  const [finding, ...others] = await found(made(run('1'), words[0]), made(run('1'), words[1]))
  expect(others).toEqual([])
  expect(finding).toMatchObject({ id: 'config-history', location: { line: 4 } })
  expect(`${finding?.title} ${finding?.message} ${finding?.fix?.text}`).not.toMatch(/argument/)
  expect(finding?.message).toMatch(/Versions of BuildKit/)
  expect(finding?.evidence[0]).toMatchObject({ a: words[0], b: expect.stringContaining('StartPeriod') })
})

test.each([
  ['another value', run('1'), run('2')],
  ['a value on one side alone', 'RUN /bin/sh -c make # buildkit', run('2')],
])('an argument with %s stays an argument', async (_, a, b) => {
  const [finding] = await found(made(a, words[0]), made(b, words[0]))
  expect(finding).toMatchObject({ id: 'config-history', title: 'A build argument differs between the builds' })
})
