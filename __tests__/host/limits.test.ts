import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { describe, expect, test } from '@jest/globals'
import { floorOf, overflow, shortOf, size } from '../../src/build/disk.ts'
import { keptLog } from '../../src/host/kept-log.ts'
import { LimitError, type Limits, withinLimits } from '../../src/host/limits.ts'
import { roomiest, tempPlace } from '../../src/host/temp-place.ts'
import { portsWith, scripted, tempFolder } from '../build/ports.ts'

const place = { what: 'the disk', path: '/x' }
const mib = 1024 ** 2
const gib = 1024 ** 3

describe('space', () => {
  test('that is short is told with what is needed, what is free, and what to do', () => {
    expect(shortOf(place, { free: 3 * gib, total: 14 * gib }, 2 * gib, 'two builds')).toBeNull()
    expect(shortOf(place, { free: 2 * gib, total: 14 * gib }, 2 * gib, 'two builds')).toMatch(
      /^There is too little space in the disk \(\/x\): at least 2 GiB are needed there \(two builds\), and 2 GiB of 14 GiB are free, of which 287 MiB must stay\. Free some /,
    )
  })

  test('keeps a floor that fits the disk: small disks a fiftieth, big ones half a gigabyte', () => {
    expect([floorOf({ free: 0, total: 64 * mib }), floorOf({ free: 0, total: 1000 * gib })]).toEqual([
      Math.floor((64 * mib) / 50),
      512 * mib,
    ])
  })

  test('that comes into use ends a run at max-disk, or when the disk is nearly full; one that was so before may go on', () => {
    const before = { free: 10 * gib, total: 20 * gib }
    expect(overflow(place, before, { ...before, free: 8 * gib }, 3 * gib)).toBeNull()
    expect(overflow(place, before, { ...before, free: 6 * gib }, 3 * gib)).toMatch(
      /4 GiB more are in use .* max-disk allows 3 GiB/,
    )
    expect(overflow(place, before, { ...before, free: 100 * mib }, undefined)).toMatch(/nearly full: 100 MiB of 20 GiB/)
    const full = { free: 100 * mib, total: 20 * gib }
    expect(overflow(place, full, full, undefined)).toBeNull()
    expect(overflow(place, full, { ...full, free: 40 * mib }, undefined)).toMatch(/nearly full/)
  })

  test.each([
    [512, '512 B'],
    [1536, '1.5 KiB'],
    [300 * mib, '300 MiB'],
    [-1, '0 B'],
  ])('%d is %s', (bytes, words) => {
    expect(size(bytes)).toBe(words)
  })
})

describe('within limits', () => {
  const run = <T>(
    work: (limits: Limits) => Promise<T>,
    wishes: { timeout?: number; maxDisk?: number },
    signal?: AbortSignal,
  ) =>
    withinLimits(
      portsWith(scripted({}), signal ? { signal } : {}),
      { timeout: wishes.timeout, maxDisk: wishes.maxDisk },
      async () => [],
      work,
    )
  const untilAborted = ({ ports: { signal } }: Limits): Promise<unknown> =>
    setTimeout(10_000, null, { signal }).catch(() => signal.reason)

  test('the time is up with an error that says so', async () => {
    const reason = await run(untilAborted, { timeout: 0.05 })
    expect(reason).toBeInstanceOf(LimitError)
    expect(String(reason)).toMatch(/the time limit of 0\.05 s was reached/)
  })

  test("who cancels the run ends it with the caller's reason", async () => {
    const controller = new AbortController()
    const ended = run(untilAborted, { timeout: 60 }, controller.signal)
    controller.abort(new Error('ended by SIGTERM'))
    expect(String(await ended)).toBe('Error: ended by SIGTERM')
  })

  test('what needs more than it may have is refused', async () => {
    await run(
      async ({ refusal }) => {
        expect(await refusal(10, 'two builds')).toBeNull()
        expect(await refusal(3 * gib, 'two builds')).toMatch(
          /At least 3 GiB of disk are needed \(two builds\), and max-disk allows 2 GiB/,
        )
      },
      { maxDisk: 2 * gib },
    )
  })
})

describe('a kept log', () => {
  test('holds nothing that a terminal or a runner obeys', async () => {
    const file = join(tempFolder(), 'a.log')
    const log = keptLog(file)
    log.write('\u001b]0;evil\u0007::error::x')
    log.write('##[error]y\u202e')
    await log.end()
    // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what must not be there
    expect(readFileSync(file, 'utf8')).not.toMatch(/[\u0000-\u0009\u001b\u202e]|^::|##\[/m)
  })

  test('is bounded: its beginning and its end are there, and how much is not', async () => {
    const file = join(tempFolder(), 'a.log')
    const log = keptLog(file)
    const line = 'x'.repeat(1000)
    for (let index = 0; index < 20_000; index++) log.write(`${index} ${line}`)
    await log.end()
    const text = readFileSync(file, 'utf8')
    expect(text.length).toBeLessThan(11 * mib)
    expect(text.startsWith('0 x')).toBe(true)
    expect(text.slice(-1100)).toContain('19999 x')
    const left = Number(/^… (\d+) lines left out here …$/m.exec(text)?.[1])
    expect(text.split('\n').length - 2 + left).toBe(20_000)
  })

  test('that cannot be written harms nobody', async () => {
    const log = keptLog(join(tempFolder(), 'none', 'a.log'))
    log.write('x')
    await setTimeout(20)
    log.write('y')
    expect(await log.end()).toMatch(/ENOENT|no such file/)
  })
})

describe('the place for temporary files', () => {
  const free = (path: string, gigabytes: number | null) => ({ path, free: gigabytes === null ? null : gigabytes * gib })
  test.each([
    ['has enough', free('/a', 5), [free('/b', 50)], '/a'],
    ['is short, and another has much more', free('/a', 3), [free('/b', 5), free('/c', 60)], '/c'],
    ['is short, and no other has twice as much', free('/a', 3), [free('/b', 5)], '/a'],
    ['is short, and others are closed to us', free('/a', 0.1), [free('/b', null)], '/a'],
    ['cannot be asked', free('/a', null), [free('/b', 50)], '/a'],
  ])('that %s', (_, first, others, chosen) => {
    expect(roomiest(first, others)).toBe(chosen)
  })

  test("is the user's where named, and the runner's on a runner", async () => {
    const folder = tempFolder()
    expect(await tempPlace({ TMPDIR: process.env.TMPDIR ?? '/tmp' })).toBe(process.env.TMPDIR ?? '/tmp')
    expect([folder, '/mnt']).toContain(await tempPlace({ RUNNER_TEMP: folder }))
  })
})
