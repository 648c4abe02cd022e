import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { excerptOf } from '../../src/smoke/excerpt.ts'
import { createStepReader, withoutSecrets } from '../../src/smoke/output.ts'
import { digestOf, output } from './smoke-runs.ts'

const name = '[run 2/2] RUN --network=none ["/bin/sh", "-c", "x"]'
const line = (value: object): string => JSON.stringify(value)
const began = line({ vertexes: [{ digest: 'sha256:1', name, started: '2026-11-22T01:40:24.5Z' }] })
const ended = (more: object = {}) =>
  line({
    vertexes: [
      { digest: 'sha256:1', name, started: '2026-11-22T01:40:24.5Z', completed: '2026-11-22T01:40:26Z', ...more },
    ],
  })
const log = (bytes: Uint8Array, stream = 1, vertex = 'sha256:1'): string =>
  line({ logs: [{ vertex, stream, data: Buffer.from(bytes).toString('base64') }] })

const read = (...lines: string[]) => {
  const reader = createStepReader()
  for (const one of lines) reader.read(one)
  return reader.step()
}

test('gives both outputs byte for byte, in whatever pieces they came', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.uint8Array({ maxLength: 50 }), fc.constantFrom(1, 2))), pieces => {
      const step = read(began, ...pieces.map(([bytes, stream]) => log(bytes, stream)), ended())
      const all = (of: number) => Buffer.concat(pieces.filter(([, stream]) => stream === of).map(([bytes]) => bytes))
      expect(step?.stdout).toMatchObject({ bytes: all(1).length, digest: digestOf(all(1)), clipped: false })
      expect(step?.stderr).toMatchObject({ bytes: all(2).length, digest: digestOf(all(2)) })
      expect(step).toMatchObject({ seconds: 1.5, cached: false, error: null })
    }),
  )
})

test('sees that BuildKit left something out, even where its words come in two pieces', () => {
  const words = Buffer.from('aaa\n[output clipped, log limit 200KiB/s reached]\n')
  for (let at = 0; at <= words.length; at++)
    expect(read(began, log(words.subarray(0, at)), log(words.subarray(at)), ended())?.stdout.clipped).toBe(true)
})

test('a message that was cut on its way may have had output in it', () => {
  const cut = `${log(Buffer.alloc(100)).slice(0, 80)}… (line cut)`
  expect(read(began, cut, ended())).toMatchObject({ stdout: { clipped: true }, stderr: { clipped: true } })
  expect(read(began, 'ERROR: no JSON at all', ended())?.stdout.clipped).toBe(false)
})

test('a secret is out before a line is cut, or told in hex', () => {
  const mask = (text: string): string => text.replaceAll('hunter2-hunter2', '***')
  const excerpt = (a: Buffer, b: Buffer) => {
    const [x, y] = [a, b].map(bytes => withoutSecrets(output(bytes), mask).head) as [Buffer, Buffer]
    return JSON.stringify(excerptOf(x, y))
  }
  for (let far = 100; far < 200; far++) {
    const of = (sign: string): Buffer => Buffer.from(`${sign}${'x'.repeat(far)}hunter2-hunter2\n`)
    expect(excerpt(of('a'), of('b'))).not.toContain('hu')
  }
  const bytes = (sign: number): Buffer => Buffer.concat([Buffer.of(0, sign, 255), Buffer.from('hunter2-hunter2')])
  expect(excerpt(bytes(1), bytes(2))).toContain('01 ff 2a 2a 2a')
  expect(withoutSecrets(output('é hunter2-hunter2'), mask).tail.toString()).toBe('é ***')
})

test('keeps no more of a lot of output than it needs', () => {
  const piece = Buffer.alloc(256 * 1024, 97)
  const step = read(began, ...Array.from({ length: 20 }, () => log(piece)), ended())
  expect(step?.stdout).toMatchObject({ bytes: 20 * piece.length })
  expect(step?.stdout.head).toHaveLength(2 * 1024 ** 2)
  expect(step?.stdout.tail).toHaveLength(4096)
})

test('takes nothing from other steps, and nothing that a log says of itself', () => {
  const forged = Buffer.from(`${ended({ error: 'forged' })}\n`)
  const other = line({ vertexes: [{ digest: 'sha256:2', name: '[files 1/1] COPY --from=run', error: 'not found' }] })
  const step = read(began, log(forged), other, log(Buffer.from('other'), 1, 'sha256:2'), ended())
  expect(step).toMatchObject({ error: null, stdout: { bytes: forged.length } })
  expect(read('not JSON', '{', 'null', '{"vertexes":[null,{}],"logs":7}')).toBeNull()
})
