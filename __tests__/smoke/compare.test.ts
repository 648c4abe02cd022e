import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { compareRuns } from '../../src/smoke/compare.ts'
import { output, ran } from './smoke-runs.ts'

const bytes = fc
  .oneof(fc.string({ unit: 'binary', maxLength: 80 }), fc.uint8Array({ maxLength: 80 }))
  .map(text => Buffer.from(text as string))
const path = '/out/a'
const fileText = fc.option(fc.constantFrom('x', 'y', ''), { nil: null })
const anyRun = fc
  .record({
    stdout: bytes,
    exitCode: fc.constantFrom(0, 0, 0, 1, 3, 127),
    file: fileText,
    clipped: fc.boolean(),
  })
  .map(({ stdout, exitCode, file, clipped }) =>
    ran(stdout, { exitCode, stdout: output(stdout, clipped), files: exitCode === 0 ? { [path]: file } : null }),
  )

describe('two runs', () => {
  test('are the same only where all of both was seen, and exit code, output and files are equal', () => {
    fc.assert(
      fc.property(anyRun, fc.option(anyRun, { nil: null }), fc.boolean(), (a, other, named) => {
        const b = other ?? { ...a }
        const { state } = compareRuns(a, b, named ? [path] : [])
        if (state !== 'same') return
        expect(a.exitCode).toBe(b.exitCode)
        expect(a.stdout.head.equals(b.stdout.head)).toBe(true)
        expect(a.stdout.clipped || b.stdout.clipped).toBe(false)
        expect(a.files?.get(path)?.digest).toBe(b.files?.get(path)?.digest)
        if (named) expect([a.exitCode, a.files?.get(path) ?? null]).toEqual([0, expect.anything()])
      }),
    )
  })

  test('differ wherever whole outputs are not equal', () => {
    fc.assert(
      fc.property(bytes, bytes, (a, b) => {
        const { state, differs, excerpt } = compareRuns(ran(a), ran(b), [])
        expect([state, differs]).toEqual(a.equals(b) ? ['same', []] : ['differs', ['stdout']])
        if (state === 'differs') expect(JSON.stringify(excerpt?.a)).not.toBe(JSON.stringify(excerpt?.b))
        expect(excerpt === undefined).toBe(a.equals(b))
      }),
    )
  })

  test('are told alike whichever comes first', () => {
    fc.assert(
      fc.property(anyRun, anyRun, (a, b) => {
        const [one, other] = [compareRuns(a, b, [path]), compareRuns(b, a, [path])]
        expect([one.state, one.differs, one.why]).toEqual([other.state, other.differs, other.why])
      }),
    )
  })

  test('of which one is missing are not compared, and the other one is told', () => {
    const why = 'It did not come to its end: the time limit of 1 s was reached (option timeout)'
    expect(compareRuns(ran('x'), { why }, [])).toMatchObject({ state: 'not-run', why, a: { exitCode: 0 }, b: null })
    expect(compareRuns({ why }, ran('x'), [])).toMatchObject({ state: 'not-run', why, a: null })
  })

  test('whose exit codes differ differ, even where not all of the output was kept', () => {
    const cut = output('x', true)
    const told = compareRuns(ran('x', { stdout: cut }), ran('x', { stdout: cut, exitCode: 1, files: null }), [])
    expect(told).toMatchObject({ state: 'differs', differs: ['exit-code'] })
    expect(compareRuns(ran('x', { stdout: cut }), ran('x'), [])).toMatchObject({ state: 'not-run' })
  })

  test.each([127, 126])('that end with %i alike never began', exitCode => {
    const one = ran('', { exitCode, stderr: output('\n/bin/sh: 1: x: not found\n'), files: null })
    expect(compareRuns(one, one, [])).toMatchObject({
      state: 'failed',
      why: `The command could not be started in either image (exit code ${exitCode}): /bin/sh: 1: x: not found`,
    })
  })

  test('that fail alike are the same, unless files were to be had', () => {
    const one = ran('so', { exitCode: 3, files: null })
    expect(compareRuns(one, one, []).state).toBe('same')
    expect(compareRuns(one, one, [path])).toMatchObject({ state: 'failed', why: expect.stringContaining('code 3') })
  })

  test('that leave no file in either image proved nothing by it; in one of them, they differ', () => {
    const [without, made] = [ran('', { files: { [path]: null } }), ran('', { files: { [path]: 'x' } })]
    expect(compareRuns(without, without, [path])).toMatchObject({ state: 'failed', why: expect.stringContaining(path) })
    expect(compareRuns(made, without, [path])).toMatchObject({ state: 'differs', differs: ['files'] })
  })
})
