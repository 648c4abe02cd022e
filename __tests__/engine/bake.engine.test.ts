// Bake files as Docker itself evaluates them: what we read without Docker must be the same.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { createExec } from '../../src/host/exec.ts'
import { bakeTargets } from '../../src/subjects/bake.ts'
import { portsWith } from '../build/ports.ts'
import { describeWithEngine, engineEnvironment } from './engine.ts'

const literal = `
variable "TAG" { default = "1.2" }
variable "FULL" { default = "v\${TAG}" }
group "default" { targets = ["web", "db"] }
group "all" { targets = ["default", "tools"] }
target "_common" {
  args = { A = "common", B = TAG, C = 3 } # a comment
  context = "common"
}
target "base" {
  dockerfile = "Dockerfile.base"
  args = { A = "base" }
}
target "web" {
  inherits = ["_common", "base"]
  target = "release"
  args = { FULL = "x-\${FULL}", "quoted" = "a\\"b\\\\c $\${d}" }
  tags = ["a:\${TAG}", "b"]
  contexts = { alpine = "docker-image://alpine" }
}
target "db" { /* nothing */ }
target "tools" { context = "\${TAG}/tools" }
`
const evaluated = `
variable "UP" { default = "APP" }
target "app" {
  name = "app-\${size}"
  matrix = { size = ["small", "big"] }
  context = lower(UP)
  dockerfile = UP == "APP" ? "Dockerfile.\${size}" : "no"
}
`

describeWithEngine('bake files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bake-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const environment = engineEnvironment()
  const read = (text: string, env: Record<string, string>) => {
    const file = join(folder, 'docker-bake.hcl')
    writeFileSync(file, text)
    return bakeTargets(file, { ...portsWith(createExec(env)), env })
  }
  const withoutDocker = { PATH: folder }
  const byName = <T extends { name: string }>(targets: T[]): T[] => targets.sort((a, b) => (a.name < b.name ? -1 : 1))

  test('of literals, variables and bases read alike with and without Docker', async () => {
    const [own, dockers] = [await read(literal, withoutDocker), await read(literal, environment)]
    expect(byName(own.targets).map(({ name }) => name)).toEqual(['target db', 'target tools', 'target web'])
    expect(byName(dockers.targets)).toEqual(byName(own.targets))
    expect([own.remarks, dockers.remarks]).toEqual([[], []])
  })

  test('with functions, conditions and a matrix are read by Docker, and said to be unknown without', async () => {
    const { targets } = await read(evaluated, environment)
    expect(byName(targets)).toMatchObject([
      { name: 'target app-big', context: 'app', dockerfile: 'Dockerfile.big' },
      { name: 'target app-small', context: 'app', dockerfile: 'Dockerfile.small' },
    ])
    expect(await read(evaluated, withoutDocker)).toMatchObject({
      targets: [],
      remarks: [expect.stringContaining('app')],
    })
  })
})
