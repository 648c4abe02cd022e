// Gates at the same time on one engine, of equal files: BuildKit does equal COPYs once, and still each gate decides.
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { baseImage, describeWithEngine } from './engine.ts'
import { gateHere } from './gate-here.ts'

describeWithEngine('gates at the same time', () => {
  const root = mkdtempSync(join(tmpdir(), 'at-once-engine-'))
  afterAll(() => rmSync(root, { recursive: true, force: true }))
  const unique = `${process.pid} ${Date.now()}`

  /** A checkout of its own of the same files, made at its own time. */
  function checkout(name: string, dockerfile: string): string {
    const folder = join(root, name)
    mkdirSync(join(folder, 'src'), { recursive: true })
    writeFileSync(join(folder, 'Dockerfile'), dockerfile)
    writeFileSync(join(folder, 'src', 'f'), `${unique}\n`)
    const time = 1_750_000_000 + 1000 * name.length
    utimesSync(join(folder, 'src', 'f'), time, time)
    return folder
  }

  test('that are right are proven', async () => {
    const text = `FROM ${baseImage} AS made
COPY --chmod=0644 src /src/
RUN sleep 2; cat /src/f > /out
FROM ${baseImage}
COPY --chmod=0644 src /app/
COPY --from=made /out /app/out
RUN sleep 1; sha256sum /app/* > /sums
`
    const folders = ['a', 'ab', 'abc', 'abcd'].map(name => checkout(name, text))
    const gates = await Promise.all(folders.map(folder => gateHere({ context: [folder] })))
    expect(gates.map(({ report }) => [report.verdict, report.doubts])).toEqual(gates.map(() => ['reproducible', []]))
  })

  test('that are not differ, whatever the other one copied for them', async () => {
    const text = `FROM ${baseImage}\nCOPY --chmod=0644 src /app/\nRUN sleep 1; date +%s%N > /time\n`
    const folders = ['x', 'xy'].map(name => checkout(name, text))
    const gates = await Promise.all(folders.map(folder => gateHere({ context: [folder] })))
    expect(gates.map(({ report }) => [report.verdict, report.doubts])).toEqual(
      gates.map(() => ['not-reproducible', []]),
    )
  })

  test('equal COPYs of two stages of one image are no cache', async () => {
    const made = (name: string) => `FROM ${baseImage} AS ${name}\nRUN echo '${unique}' > /o; : ${name}\n`
    const copied = (name: string, from: string) => `FROM scratch AS ${name}\nCOPY --from=${from} /o /o\n`
    const end = `FROM ${baseImage}\nCOPY --from=p /o /p\nCOPY --from=q /o /q\n`
    const folder = checkout('stages', `${made('x')}${made('y')}${copied('p', 'x')}${copied('q', 'y')}${end}`)
    const { report } = await gateHere({ context: [folder] })
    expect([report.verdict, report.doubts]).toEqual(['reproducible', []])
  })
})
