// An image that is built on another target of its bake file: what that target made stands at the FROM, and nothing else does.
import { expect, test } from '@jest/globals'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import type { Finding } from '../../src/finding.ts'
import { atLinked } from '../../src/prove/linked-blame.ts'
import type { Proving } from '../../src/prove/pair.ts'

const text = 'FROM debian AS tools\nFROM \\\n  first\nRUN make\nFROM second AS other\nRUN make\n'

interface Given {
  isLinked?: boolean
  target?: string
  contexts?: Record<string, string>
  finding?: Partial<Finding>
}

const told = ({
  isLinked = true,
  target,
  contexts = { first: 'target:one', second: 'target:two', tools: 'target:no' },
  finding = {},
}: Given) => {
  const options = { ...(isLinked ? { linked: {} } : {}), target, buildArgs: {}, buildContexts: contexts }
  const proving = { options, sources: { dockerfile: parseDockerfile(text, 'Dockerfile') } } as unknown as Proving
  const one = { id: 'build-time', message: 'A time.', paths: ['a'], ...finding } as Finding
  const [found, ...more] = atLinked([one], proving)
  expect(more).toEqual([])
  return found === one ? null : [found?.location?.line, found?.location?.endLine, found?.message]
}

test('what it made stands at the FROM that takes it in, by its name', () => {
  expect(told({})).toEqual([5, 5, expect.stringMatching(/^A time\. It is made by the target 'two'/)])
  expect(told({ target: '1' })).toEqual([2, 3, expect.stringContaining("the target 'one'")])
})

test.each<[string, Given]>([
  ['has a line of its own', { finding: { location: { file: 'Dockerfile', line: 6, endLine: 6 } } }],
  ['comes from an image of that name', { contexts: { second: 'docker-image://debian' } }],
  ['comes from a folder', { contexts: { second: './target:x' } }],
  ['comes from an image', { contexts: {} }],
  ['is in an image of which no target is a context', { isLinked: false }],
  ['is in a stage that is built on an image', { target: 'tools', contexts: { first: 'target:one' } }],
  // Of the image as a whole, or of layers of which nobody knows whose they are.
  ['is of the manifest', { finding: { id: 'repackaged', paths: [] } }],
  ['is of layers that one image has, and the other has not', { finding: { id: 'layer-count' } }],
])('what %s is left as it is', (_, given) => {
  expect(told(given)).toBeNull()
})
