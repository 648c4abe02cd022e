import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { placeOf } from '../../src/dockerfile/position.ts'
import { scopeBefore } from '../../src/dockerfile/scope.ts'
import { corpus, mixKeywords, withLeadingStage } from '../dockerfile/corpus.ts'
import { expansionCases, expansionDockerfile } from '../dockerfile/expansion.ts'
import { describeWithEngine } from './engine.ts'

interface Check {
  warnings?: { ruleName: string; detail: string; location: { ranges: { start: { line: number } }[] } }[]
  buildError?: { message: string; location?: { ranges?: { start: { line: number } }[] } }
}

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'dockerfile-truth-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const docker = (args: string[]): Promise<{ stdout: string; stderr: string }> =>
  new Promise(resolve => {
    execFile('docker', args, { maxBuffer: 1e8 }, (_, stdout, stderr) => resolve({ stdout, stderr }))
  })

async function check(name: string, text: string): Promise<Check> {
  const file = join(folder, `${name.replace(/\W+/g, '-')}.Dockerfile`)
  writeFileSync(file, text)
  const { stdout, stderr } = await docker(['buildx', 'build', '--call=check,format=json', '-f', file, folder])
  try {
    return JSON.parse(stdout) as Check
  } catch {
    throw new Error(`BuildKit gave no answer: ${stderr}`)
  }
}

/** `RUN 3-5` for every instruction BuildKit sees in a stage; none when it refuses the file. */
const seenByBuildKit = ({ warnings }: Check): string[] =>
  (warnings ?? [])
    .filter(({ ruleName }) => ruleName === 'ConsistentInstructionCasing')
    .map(({ detail, location: { ranges } }) => {
      const keyword = /Command '([^']*)'/.exec(detail)?.[1]?.toUpperCase()
      return `${keyword} ${ranges[0]?.start.line}-${ranges.at(-1)?.start.line}`
    })

interface Question {
  name: string
  text: string
  answer: Promise<Check>
}

/** Asks about every text, four at a time. */
function askAll(texts: { name: string; text: string }[]): Question[] {
  const lanes: Promise<unknown>[] = Array.from({ length: 4 }, () => Promise.resolve())
  return texts.map(({ name, text }, index) => {
    const lane = index % lanes.length
    const answer = (lanes[lane] as Promise<unknown>).then(() => check(name, text))
    lanes[lane] = answer.catch(() => undefined)
    return { name, text, answer }
  })
}

async function compare({ name, text, answer }: Question): Promise<void> {
  const theirs = await answer
  const ours = parseDockerfile(text, name)
  const seen = seenByBuildKit(theirs)
  if (seen.length > 0) {
    const lines = ours.instructions.filter(({ stage }) => stage !== null)
    expect(lines.map(({ keyword, line, endLine }) => `${keyword} ${line}-${endLine}`)).toEqual(seen)
    expect(ours.problems).toEqual([])
    return
  }
  // BuildKit refuses the file: so do we, at that line. (Where its reader stops, it names the line before.)
  expect(theirs.buildError?.message).toBeTruthy()
  const line = theirs.buildError?.location?.ranges?.[0]?.start.line
  const places = ours.problems.map(({ range }) => placeOf(text, range).line)
  expect(places.length).toBeGreaterThan(0)
  const wholeFile = ours.problems.some(({ range }) => range.end === 0)
  if (line !== undefined && !wholeFile) expect([places, places.map(place => place - 1)].flat()).toContain(line)
}

describeWithEngine('instructions are where BuildKit sees them', () => {
  test('the corpus is large enough to mean something', () => {
    expect(corpus.length).toBeGreaterThanOrEqual(60)
  })

  const mixed = corpus.map(({ name, text }) => ({ name, text: mixKeywords(text) }))
  const shifted = mixed
    .filter(({ text }) => /\barg\b/i.test(text))
    .map(({ name, text }) => ({ name: `${name}, a stage before it`, text: withLeadingStage(text) }))
  let questions: Question[] = []
  beforeAll(() => {
    questions = askAll([...mixed, ...shifted])
  })

  test.each([...mixed, ...shifted])('$name', async ({ name }) => {
    const question = questions.find(other => other.name === name)
    if (question === undefined) throw new Error(`not asked: ${name}`)
    await compare(question)
  })

  test('the comparison can fail: an instruction we would miss is reported', async () => {
    const swallowed = 'fROM scratch\nrUN echo a<<EOF\neNV A=1\n'
    const seen = seenByBuildKit(await check('swallowed', swallowed))
    expect(seen).toEqual(['FROM 1-1', 'RUN 2-2', 'ENV 3-3'])
  })
})

describeWithEngine('variables have the values BuildKit gives them', () => {
  const buildArgs = { GIVEN: 'from the build', OVERRIDDEN: 'new' }

  test('every case, in one build', async () => {
    const text = expansionDockerfile(expansionCases)
    const file = join(folder, 'expansion.Dockerfile')
    const out = join(folder, 'out')
    writeFileSync(file, text)
    const given = Object.entries(buildArgs).flatMap(([name, value]) => ['--build-arg', `${name}=${value}`])
    const { stderr } = await docker(['buildx', 'build', '-o', `type=local,dest=${out}`, ...given, '-f', file, folder])
    const dockerfile = parseDockerfile(text, 'Dockerfile')
    expect(dockerfile.problems).toEqual([])
    for (const { name, unset, expected } of expansionCases) {
      let theirs: string
      try {
        theirs = readFileSync(join(out, name), 'utf8')
      } catch {
        throw new Error(`BuildKit did not build: ${stderr}`)
      }
      const stage = dockerfile.stages.find(other => other.name === name)
      const last = stage?.instructions.at(-1)
      if (last === undefined) throw new Error(`no stage ${name}`)
      const scope = scopeBefore(dockerfile, last, buildArgs)
      expect([name, theirs]).toEqual([name, `${expected}\n`])
      expect([name, scope.get('R')]).toEqual([name, unset ? undefined : expected])
    }
  })
})
