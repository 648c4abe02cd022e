import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { expect, test } from '@jest/globals'

const source = join(import.meta.dirname, '..', 'src')
const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter(file => file.endsWith('.ts'))
const textOf = (file: string) => readFileSync(join(source, file), 'utf8')
const importsOf = (file: string): string[] =>
  [...textOf(file).matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, target = '']) =>
    target.startsWith('.') ? normalize(relative(source, join(source, dirname(file), target))) : target,
  )
const folderOf = (file: string) => (file.includes('/') ? file.slice(0, file.indexOf('/')) : '')

const ground = ['dockerfile', 'image', 'packages']
const stages = ['lint', 'fix', 'build', 'image-stores', 'compare', 'explain', 'report', 'ledger']
const known = ['finding.ts', 'shape.ts', 'verdict.ts', 'ports.ts']

test.each(files.filter(file => ground.includes(folderOf(file))))('%s, on the ground floor, knows nobody', file => {
  const strangers = importsOf(file).filter(
    target => target.endsWith('.ts') && !ground.includes(folderOf(target)) && !known.includes(target),
  )
  expect(strangers).toEqual([])
})

test.each(files.filter(file => stages.includes(folderOf(file))))(
  '%s knows its own stage and the ground floor',
  file => {
    const strangers = importsOf(file).filter(
      target =>
        target.endsWith('.ts') && ![folderOf(file), ...ground].includes(folderOf(target)) && !known.includes(target),
    )
    expect(strangers).toEqual([])
  },
)

test("only action.ts, github/ and the ledger's cache touch GitHub's toolkit", () => {
  const users = files.filter(file => importsOf(file).some(target => target.startsWith('@actions/')))
  const allowed = (file: string) => file === 'action.ts' || folderOf(file) === 'github' || file.startsWith('ledger/')
  expect(users.filter(file => !allowed(file))).toEqual([])
  expect(users).toContain('action.ts')
})

test('report/ is pure: it reads no file, clock, environment or network', () => {
  const acting = files.filter(
    file =>
      folderOf(file) === 'report' &&
      /\bfrom 'node:(?!util|crypto)|\bprocess\.|Date\.now|new Date\(\)|\bfetch\(/.test(textOf(file)),
  )
  expect(acting).toEqual([])
})

test('smoke/: what decides is pure, and knows nothing of how a command is run', () => {
  const edge = ['smoke/smoke.ts', 'smoke/run.ts', 'smoke/image.ts', 'smoke/bounded-file.ts']
  const pure = files.filter(file => folderOf(file) === 'smoke' && !edge.includes(file))
  expect(pure).toContain('smoke/compare.ts')
  const acting = /\bfrom 'node:(?!buffer|crypto)|\bprocess\.|Date\.now|new Date\(\)|\bfetch\(|exec\.(?:stream|capture)/
  expect(pure.filter(file => acting.test(textOf(file)))).toEqual([])
  expect(pure.filter(file => importsOf(file).some(target => edge.includes(target)))).toEqual([])
})

test('a file is one idea, and named by it', () => {
  const long = files.filter(file => textOf(file).split('\n').length > 260)
  expect(long).toEqual([])
  expect(files.filter(file => /(^|\/)(utils?|helpers?|managers?|common|misc)(\.|\/)/.test(file))).toEqual([])
})

test.each(['gate.ts', 'commands/compare.ts'])('%s can be read at a glance', file => {
  expect(textOf(file).split('\n').length).toBeLessThanOrEqual(80)
})
