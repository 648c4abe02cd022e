import { describe, expect, test } from '@jest/globals'
import type { Ports } from '../../src/ports.ts'
import { besideMs, inOrder } from '../../src/prove/order.ts'
import { portsWith, scripted } from '../build/ports.ts'

interface Failure {
  why: string
}
const failed = (result: string | Failure): result is Failure => typeof result !== 'string'

/** Sides that write down when they begin and end, in milliseconds. */
function sides(times: { A: number; B: number }, ends: { A?: string | Failure | Error; B?: string | Failure | Error }) {
  const seen: string[] = []
  const began: Record<string, number> = {}
  const work = (side: 'A' | 'B') => async (ports: Ports) => {
    seen.push(`${side} begins`)
    began[side] = Date.now()
    ports.log.foreign('a line')
    const stopped = await new Promise<boolean>(resolve => {
      const timer = setTimeout(() => resolve(false), times[side])
      ports.signal.addEventListener('abort', () => {
        clearTimeout(timer)
        // A build takes its time to end.
        setTimeout(() => resolve(true), 50)
      })
    })
    seen.push(`${side} ${stopped ? 'stopped' : 'ends'}`)
    const end = ends[side] ?? side
    if (end instanceof Error) throw end
    return stopped ? { why: 'stopped' } : end
  }
  return { seen, began, work: { A: work('A'), B: work('B') } }
}

describe.each([
  ['one after the other', false],
  ['side by side', true],
])('%s', (_, sideBySide) => {
  const order = { sideBySide, failed }

  test('gives both results, B begun three seconds after A at the earliest', async () => {
    const { work, began } = sides({ A: 10, B: 10 }, {})
    expect(await inOrder<string, Failure>(portsWith(scripted({})), work, order)).toEqual({ A: 'A', B: 'B' })
    expect(Number(began.B) - Number(began.A)).toBeGreaterThanOrEqual(2990)
  })

  test('B waits for as long as A says, one after the other', async () => {
    const { work, began } = sides({ A: 10, B: 10 }, {})
    const clearFrom = () => Date.now() + 3500
    await inOrder<string, Failure>(portsWith(scripted({})), work, { ...order, clearFrom })
    expect(Number(began.B) - Number(began.A)).toBeGreaterThanOrEqual(sideBySide ? 2990 : 3490)
  })

  test('B waits no hour where the clock was set back while A was built', async () => {
    const { work, seen } = sides({ A: 10, B: 10 }, {})
    const now = () => Date.now() - (seen.includes('A ends') ? 3_600_000 : 0)
    const clearFrom = () => Date.now()
    await inOrder<string, Failure>({ ...portsWith(scripted({})), now }, work, { ...order, clearFrom })
    expect(seen).toEqual(['A begins', 'A ends', 'B begins', 'B ends'])
  })

  test('what B needs is made ready in that time, and B waits for it', async () => {
    const { work, seen, began } = sides({ A: 10, B: 10 }, {})
    let preparing = 0
    const prepareB = async () => {
      preparing = Date.now()
      await new Promise(resolve => setTimeout(resolve, 500))
      seen.push('B is ready')
    }
    await inOrder<string, Failure>(portsWith(scripted({})), work, { ...order, prepareB })
    expect(seen).toEqual(['A begins', 'A ends', 'B is ready', 'B begins', 'B ends'])
    expect(preparing - Number(began.A)).toBeLessThan(1500)
    expect(Number(began.B) - Number(began.A)).toBeLessThan(4500)
  })

  test('what goes wrong in making it ready comes out', async () => {
    const { work, seen } = sides({ A: 10, B: 10 }, {})
    const prepareB = () => Promise.reject(new Error('no disk'))
    const outcome = inOrder<string, Failure>(portsWith(scripted({})), work, { ...order, prepareB })
    await expect(outcome).rejects.toThrow('no disk')
    expect(seen).not.toContain('B begins')
  })

  test('an A that fails keeps B from beginning', async () => {
    const { work, seen } = sides({ A: 10, B: 10 }, { A: { why: 'no' } })
    expect(await inOrder<string, Failure>(portsWith(scripted({})), work, order)).toEqual({ failed: { why: 'no' } })
    expect(seen).toEqual(['A begins', 'A ends'])
  })

  test('what a side throws comes out', async () => {
    const { work } = sides({ A: 10, B: 10 }, { A: new Error('no docker') })
    await expect(inOrder<string, Failure>(portsWith(scripted({})), work, order)).rejects.toThrow('no docker')
  })
})

test('one after the other, a B that fails is what is told', async () => {
  const { work } = sides({ A: 10, B: 10 }, { B: { why: 'disk full' } })
  const order = { sideBySide: false, failed, clearFrom: () => 0 }
  const result = await inOrder<string, Failure>(portsWith(scripted({})), work, order)
  expect(result).toEqual({ failed: { why: 'disk full' } })
})

describe('side by side', () => {
  const order = { sideBySide: true, failed }

  test('the gap is as long as is asked for, or ends with an A that is clear before', async () => {
    const gap = { ...order, besideMs: 4000, clearFrom: () => 0 }
    const slow = sides({ A: 4500, B: 10 }, {})
    await inOrder<string, Failure>(portsWith(scripted({})), slow.work, gap)
    expect(Number(slow.began.B) - Number(slow.began.A)).toBeGreaterThanOrEqual(3990)
    const quick = sides({ A: 500, B: 10 }, {})
    await inOrder<string, Failure>(portsWith(scripted({})), quick.work, gap)
    expect(Number(quick.began.B) - Number(quick.began.A)).toBeLessThan(3000)
    const late = sides({ A: 500, B: 10 }, {})
    await inOrder<string, Failure>(portsWith(scripted({})), late.work, { ...gap, clearFrom: () => Date.now() + 1500 })
    expect(Number(late.began.B) - Number(late.began.A)).toBeGreaterThanOrEqual(1990)
  })

  test('with more RUNs it is longer, within bounds', () => {
    expect([0, 1, 2, 3, 4, 6, 7, 100].map(besideMs)).toEqual([3500, 3500, 3500, 4500, 5500, 7500, 8000, 8000])
  })

  test('B begins while A runs, and every line says whose it is', async () => {
    const { work, seen } = sides({ A: 3400, B: 10 }, {})
    const ports = portsWith(scripted({}))
    expect(await inOrder<string, Failure>(ports, work, order)).toEqual({ A: 'A', B: 'B' })
    expect(seen).toEqual(['A begins', 'B begins', 'B ends', 'A ends'])
    expect(ports.logged).toEqual(['A a line', 'B a line'])
  })

  test('a B that fails ends A, is waited for, and is what is told', async () => {
    const { work, seen } = sides({ A: 30_000, B: 10 }, { B: { why: 'disk full' } })
    const result = await inOrder<string, Failure>(portsWith(scripted({})), work, order)
    expect(result).toEqual({ failed: { why: 'disk full' } })
    expect(seen).toEqual(['A begins', 'B begins', 'B ends', 'A stopped'])
  })

  test('an A that fails ends B', async () => {
    const { work, seen } = sides({ A: 3300, B: 30_000 }, { A: { why: 'RUN false' } })
    const result = await inOrder<string, Failure>(portsWith(scripted({})), work, order)
    expect(result).toEqual({ failed: { why: 'RUN false' } })
    expect(seen).toEqual(['A begins', 'B begins', 'A ends', 'B stopped'])
  })

  test('a B that throws ends A before the error comes out', async () => {
    const { work, seen } = sides({ A: 30_000, B: 10 }, { B: new Error('no docker') })
    await expect(inOrder<string, Failure>(portsWith(scripted({})), work, order)).rejects.toThrow('no docker')
    expect(seen).toEqual(['A begins', 'B begins', 'B ends', 'A stopped'])
  })

  test('a cancelled run ends both', async () => {
    const { work, seen } = sides({ A: 30_000, B: 30_000 }, {})
    const ports = portsWith(scripted({}), { signal: AbortSignal.timeout(3200) })
    expect(await inOrder<string, Failure>(ports, work, order)).toEqual({ failed: { why: 'stopped' } })
    expect(seen).toEqual(['A begins', 'B begins', 'A stopped', 'B stopped'])
  })
})
