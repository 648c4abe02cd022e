import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { liveProgress } from '../../src/host/live-progress.ts'
import { terminalLog } from '../../src/host/log.ts'

const erase = `\r${String.fromCharCode(27)}[2K`

/** A terminal that is so wide, and what a person sees on it in the end. */
function terminal(columns = 60) {
  let written = ''
  const clock = { now: 0 }
  const live = liveProgress(
    {
      write: text => {
        written += text
      },
      columns: () => columns,
      now: () => clock.now,
    },
    text => text,
  )
  /** Lines as they stand; what was erased is gone. */
  const seen = (): string[] => written.split('\n').map(line => line.split(erase).at(-1) ?? '')
  return { live, clock, seen, all: () => written }
}

describe('progress in a terminal', () => {
  test('a step that runs is one line, with its seconds and what it said last; then it stays with its time', () => {
    const { live, clock, seen } = terminal(50)
    live.build('#6 [4/6] RUN make')
    clock.now = 3200
    live.build('#6 3.200 cc -c a.c')
    expect(seen()).toEqual(['    3 s  [4/6] RUN make │ cc -c a.c'])
    live.build('#6 DONE 20.4s')
    expect(seen()).toEqual(['  20.4 s  [4/6] RUN make', ''])
  })

  test('of several steps one is shown and the others are counted; the internal ones leave nothing', () => {
    const { live, clock, seen } = terminal()
    live.build('#1 [internal] load build definition from Dockerfile')
    live.build('#1 DONE 0.0s')
    live.build('#1 transferring dockerfile: 0.0s')
    live.build('#2 [a 1/2] RUN one')
    clock.now = 1000
    live.build('#3 [b 1/2] RUN two')
    expect(seen()).toEqual(['    0 s  [b 1/2] RUN two (and 1 more)'])
    live.build('#2 CACHED')
    live.build('#3 ERROR: process "/bin/sh -c two" did not complete: exit code: 1')
    expect(seen()).toEqual([
      '  cached  [a 1/2] RUN one',
      '#3 ERROR: process "/bin/sh -c two" did not complete: exit code: 1',
      '',
    ])
  })

  test('builds side by side keep their steps apart', () => {
    const { live, seen } = terminal()
    live.build('A: #5 [2/2] RUN x')
    live.build('B: #5 [2/2] RUN x')
    live.build('B: #5 DONE 1.0s')
    live.build('A: #5 DONE 2.0s')
    expect(seen()).toEqual(['   1.0 s  B: [2/2] RUN x', '   2.0 s  A: [2/2] RUN x', ''])
  })

  test('a line of ours takes its place, and a phase without steps shows its seconds', () => {
    const { live, clock, seen } = terminal()
    const end = live.phase('Compare')
    clock.now = 2000
    live.own('Warning: something')
    live.build('#1 [1/1] RUN x')
    expect(seen()).toEqual(['Warning: something', '    0 s  [1/1] RUN x'])
    live.build('#1 DONE 0.1s')
    end()
    live.clear()
    expect(seen().at(-1)).toBe('')
  })

  test('nothing is wider than the terminal, whatever a build says', () => {
    const text = fc.array(fc.constantFrom('漢', 'a', ' ', '\n', '\t', '#', '│')).map(all => all.join(''))
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 120 }), text, text, (columns, name, said) => {
        const { live, clock, all } = terminal(columns)
        live.build(`#6 ${name}`)
        clock.now = 500
        live.build(`#6 0.5 ${said}`)
        const shown = all().split(erase).at(-1) ?? ''
        const width = [...shown].reduce((sum, one) => sum + ((one.codePointAt(0) ?? 0) === 0x6f22 ? 2 : 1), 0)
        expect(width).toBeLessThan(columns)
        expect(shown).not.toContain('\n')
        live.build('#6 DONE 0.5s')
      }),
    )
  })
})

describe('progress in a pipe', () => {
  test('is every line as it is, and what a group took', async () => {
    const lines: string[] = []
    let now = 0
    const log = terminalLog(line => void lines.push(line), { colour: false, debug: false, now: () => now })
    await log.group('Build A', async () => {
      log.foreign('#5 [1/1] RUN x')
      now = 61_000
    })
    await log.group('Compare', async () => {
      now += 10
    })
    expect(lines).toEqual(['Build A', '#5 [1/1] RUN x', 'Build A: 1 min 1 s', 'Compare'])
  })
})
