// The search of a traced run finds a program that gives its secrets away, whichever way: one that finds nothing would always pass.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { plantedScene } from './scene.ts'
import { searchFolder } from './searched.ts'
import { canTrace } from './traced.ts'
import { tracedRun } from './traced-run.ts'

const root = mkdtempSync(join(tmpdir(), 'searched-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const scene = plantedScene(root, 'a seed')
const own = `const { TOK, GITHUB_TOKEN } = process.env
const fs = require('node:fs'); const { spawnSync } = require('node:child_process')
const file = name => require('node:path').join(process.env.TMPDIR, name)
const asBase64 = text => Buffer.from(text).toString('base64')
`

const ways: Record<string, [program: string, where: RegExp]> = {
  'to its output': ['process.stdout.write("said: " + TOK)', /^node write (?:pipe|UNIX)/],
  'into a file, in base64': ['fs.writeFileSync(file("x"), asBase64("user:" + TOK))', /^node write \S*\/x$/],
  'into a file that is gone at once': ['fs.writeFileSync(file("y"), TOK); fs.rmSync(file("y"))', /^node write \S*\/y$/],
  'into the name of a folder': ['fs.mkdirSync(file(GITHUB_TOKEN))', /^node mkdir/],
  'through a child': ['spawnSync("sh", ["-c", "base64 > " + file("z")], { input: TOK })', /^base64 write \S*\/z$/],
  'as an argument': ['spawnSync("git", ["-c", "a.b=" + GITHUB_TOKEN, "--version"])', /^git execve/],
  'in a request': [
    'require("node:http").createServer().listen(0, "127.0.0.1", function () { require("node:net").connect(this.address().port, "127.0.0.1", function () { this.end("GET /?" + GITHUB_TOKEN); setTimeout(() => process.exit(), 50) }) })',
    /^node write TCP/,
  ],
}

const testTraced = canTrace() ? test : test.skip
testTraced.each(Object.keys(ways))('%s', async name => {
  const [program, where] = ways[name] as (typeof ways)[string]
  writeFileSync(join(root, 'program.cjs'), `${own}${program}\n`)
  const { hits } = await tracedRun(scene, join(root, 'program.cjs'), [])
  expect(hits.map(hit => hit.where)).toEqual(expect.arrayContaining([expect.stringMatching(where)]))
})

testTraced('a variable that no child may have', async () => {
  writeFileSync(join(root, 'program.cjs'), `${own}spawnSync("git", ["--version"])\n`)
  const { variables } = await tracedRun(scene, join(root, 'program.cjs'), [])
  expect(variables).toEqual(expect.arrayContaining(['git: GITHUB_TOKEN', 'git: ACTIONS_RUNTIME_TOKEN']))
})

testTraced('nothing of a program that says nothing', async () => {
  const quiet =
    'spawnSync("git", ["--version"], { env: { PATH: process.env.PATH } }); fs.writeFileSync(file("q"), "hello")'
  writeFileSync(join(root, 'program.cjs'), `${own}${quiet}\n`)
  const { hits, variables, programs } = await tracedRun(scene, join(root, 'program.cjs'), [])
  expect({ hits, variables, programs }).toEqual({ hits: [], variables: [], programs: { git: 1 } })
})

test('what lies in a folder', () => {
  const folder = mkdtempSync(join(root, 'kept-'))
  writeFileSync(join(folder, 'a'), `x${scene.secrets.file}y`)
  expect(searchFolder(folder, scene.secrets)).toMatchObject({ files: 1, hits: [{ secret: 'file' }] })
})
