// Several images in one run: bake and compose files, built for real.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { compareNamed } from '../../src/commands/compare.ts'
import { createExec } from '../../src/host/exec.ts'
import { checkOptions } from '../../src/options/options.ts'
import { renderSummary } from '../../src/report/summary.ts'
import { renderTerminal } from '../../src/report/terminal.ts'
import { portsWith } from '../build/ports.ts'
import { baseImage, describeWithEngine, engineEnvironment } from './engine.ts'
import { gateHere } from './gate-here.ts'

const stages = (shared: string) => `FROM ${baseImage} AS shared
COPY data /data
RUN ${shared}
FROM shared AS web
RUN echo web > /web
FROM shared AS api
RUN echo api > /api
FROM shared AS jobs
RUN echo jobs > /jobs
`
const threeTargets = ['web', 'api', 'jobs'].map(name => `target "${name}" {\n  target = "${name}"\n}\n`).join('')
const bakeFile = `group "default" {\n  targets = ["web", "api", "jobs"]\n}\n${threeTargets}`

describeWithEngine('several images', () => {
  const root = mkdtempSync(join(tmpdir(), 'images-engine-'))
  afterAll(() => rmSync(root, { recursive: true, force: true }))
  const folderWith = (name: string, files: Record<string, string>): string => {
    const folder = join(root, name)
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(folder, path, '..'), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
    return folder
  }
  test('build what they share once a side, never across sides, and the report is by image', async () => {
    const folder = folderWith('shared', {
      Dockerfile: stages('sleep 2; date +%s%N > /once; echo ran-at-$(cat /once)'),
      'docker-bake.hcl': bakeFile,
      data: 'x\n',
    })
    const logs = join(root, 'shared-logs')
    const { report } = await gateHere({ file: [join(folder, 'docker-bake.hcl')], logs: [logs] })
    expect(report.doubts).toEqual([])
    // The time that the step prints, which no two runs of it could have alike.
    const timesOf = (side: string) =>
      new Set(
        ['web', 'api', 'jobs'].map(
          name =>
            /ran-at-(\d{19})/.exec(readFileSync(join(logs, `build-${side}-${name}-linux-amd64.log`), 'utf8'))?.[1],
        ),
      )
    const [ofA, ofB] = [timesOf('A'), timesOf('B')]
    expect([ofA.size, ofB.size, ofA.has(undefined)]).toEqual([1, 1, false])
    expect([...ofA]).not.toEqual([...ofB])
    expect(report.results?.map(({ image, verdict, digest }) => [image, verdict, digest])).toEqual([
      ['api', 'not-reproducible', null],
      ['jobs', 'not-reproducible', null],
      ['web', 'not-reproducible', null],
    ])
    const found = report.findings.filter(({ id }) => id === 'build-time')
    expect(found.map(({ location }) => location?.line)).toEqual(found.map(() => 3))
    // One finding, unless the builder dropped what was shared and an image had to be built once more for itself.
    expect(found.flatMap(({ images = [] }) => images).sort()).toEqual(['api', 'jobs', 'web'])
    expect(new Set(report.layers.map(({ image }) => image))).toEqual(new Set(['web', 'api', 'jobs']))
    expect(renderTerminal(report, { colour: false })).toMatch(
      /Images\n {2}not reproducible {2}api\n {2}not reproducible {2}jobs\n {2}not reproducible {2}web\n[\s\S]*Not reproducible: 3 of 3 not reproducible \(api, jobs, web\)/,
    )
    expect(renderSummary(report)).toContain('| ❌&nbsp;not&nbsp;reproducible | <code>web</code>')
  }, 300_000)

  test('that are right are proven with the default variations; one that cannot be built leaves the others their verdict', async () => {
    const folder = folderWith('right', {
      Dockerfile: `${stages('echo same > /same').replace('COPY data', 'COPY --chmod=644 data')}FROM shared AS broken\nRUN false\n`,
      'docker-bake.hcl': `${bakeFile}target "broken" {\n  target = "broken"\n}\n`,
      data: `${root}\n`,
    })
    const { report } = await gateHere({
      ...{ 'bake-file': [join(folder, 'docker-bake.hcl')], targets: ['default', 'broken'], variations: ['default'] },
    })
    expect(report.doubts).toEqual([])
    expect(report.results?.map(({ image, verdict }) => `${image} ${verdict}`)).toEqual([
      ...['api reproducible', 'broken undecided', 'jobs reproducible', 'web reproducible'],
    ])
    expect(report.verdict).toBe('undecided')
    expect(report.failure).toMatchObject({ image: 'broken', side: 'A', location: { line: 11 } })
    expect(report.results?.find(({ image }) => image === 'web')?.digest).toMatch(/^sha256:/)
  }, 300_000)

  test('whose shared step was run by one that then failed are decided all the same', async () => {
    const broken = ['b1', 'b2', 'b3', 'b4', 'b5']
    const target = (name: string) => `target "${name}" {\n  target = "${name}"\n}\n`
    const folder = folderWith('failing', {
      Dockerfile: `FROM ${baseImage} AS shared
COPY --chmod=644 data /data
RUN sleep 2
FROM shared AS good
RUN echo good > /good
${broken.map(name => `FROM shared AS ${name}\nRUN echo ${name}; false\n`).join('')}`,
      'docker-bake.hcl': [...broken, 'good'].map(target).join(''),
      data: `failing ${root}\n`,
    })
    const { report } = await gateHere({
      ...{ 'bake-file': [join(folder, 'docker-bake.hcl')], targets: [...broken, 'good'] },
    })
    const good = report.results?.find(({ image }) => image === 'good')
    expect([report.doubts, good?.verdict]).toEqual([[], 'reproducible'])
  }, 300_000)

  test('of a compose file are built as it says, an inline Dockerfile as well', async () => {
    const folder = folderWith('compose', {
      Dockerfile: `FROM ${baseImage} AS web
ARG A
COPY --from=other f /f
RUN --mount=type=secret,id=tok test "$A" = 1 && grep -q hidden /run/secrets/tok && grep -q foo /etc/hosts \\
 && test "$(ulimit -n)" = 1000 && test "$(df -k /dev/shm | tail -1 | awk '{print $2}')" -ge 131072
FROM web
RUN exit 1
`,
      'o/f': 'x\n',
      tok: 'hidden\n',
      'compose.yaml': `services:
  web:
    build:
      context: .
      target: web
      args: [A=1]
      additional_contexts: {other: ./o}
      secrets: [tok]
      shm_size: 128m
      extra_hosts: ["foo:1.2.3.4"]
      labels: {x: "y z"}
      platforms: [linux/amd64]
      ulimits: {nofile: {soft: 1000, hard: 2000}}
  inline:
    build:
      context: .
      dockerfile_inline: |
        FROM ${baseImage}
        RUN date +%s%N > /n
  image-only: {image: nothing}
secrets: {tok: {file: ./tok}}
`,
    })
    const { report, logged } = await gateHere({ file: [join(folder, 'compose.yaml')] })
    expect(report.failure).toBeNull()
    expect(report.results?.map(({ image, verdict }) => [image, verdict])).toEqual([
      ['inline', 'not-reproducible'],
      ['web', 'reproducible'],
    ])
    const found = report.findings.find(({ id }) => id === 'build-time')
    expect(found?.location).toMatchObject({ file: expect.stringMatching(/compose\.yaml#inline$/), line: 2 })
    expect(report.findings.every(({ fix }) => !fix?.edits || !found)).toBe(true)
    expect(logged.join('\n')).not.toContain('hidden')
  }, 300_000)

  test('whose contexts are other targets are built with them, anew on each side, and blamed in their own lines', async () => {
    const folder = folderWith('linked', {
      'base/Dockerfile': `FROM ${baseImage}\nENV FOO=linked\nCOPY --chmod=0644 f /base/\nRUN cat /base/f > /base/made\n`,
      'base/f': `linked ${process.pid} ${Date.now()}\n`,
      'app/Dockerfile': 'FROM base AS x\nRUN echo $FOO > /y\nFROM base\nCOPY --from=x /y /app/y\nCOPY g /app/g\n',
      'app/g': 'g\n',
      'chance/Dockerfile': 'FROM root\nARG V\nRUN echo $V > /v; cat /proc/sys/kernel/random/uuid > /u\n',
      'bad/Dockerfile': 'FROM base\nRUN true\n',
      'docker-bake.hcl': `target "base" { context = "base" }
target "app" {
  context = "app"
  contexts = { base = "target:base" }
}
target "chance" {
  context = "chance"
  contexts = { root = "docker-image://${baseImage}" }
  args = { V = "a$\${b}" }
}
target "late" {
  context = "bad"
  contexts = { base = "target:chance" }
}
`,
    })
    const file = [join(folder, 'docker-bake.hcl')]
    const app = await gateHere({ file, targets: ['app'], variations: ['mtimes', 'umask'] })
    expect(app.report.doubts).toEqual([])
    expect(app.report).toMatchObject({ verdict: 'reproducible', level: 'identical' })
    expect(app.report.findings.filter(({ source }) => source === 'comparison')).toMatchObject([
      { level: 'warning', class: 'machine', location: { line: 5 }, paths: ['app/g'] },
    ])
    const layers = app.report.builds[0]?.layers ?? []
    expect(layers.map(({ line }) => line).slice(-2)).toEqual([4, 5])
    expect(layers.slice(0, -2).every(({ line }) => line === null)).toBe(true)

    const late = await gateHere({ file, targets: ['late'] })
    expect([late.report.verdict, late.report.doubts, late.report.failure]).toEqual(['not-reproducible', [], null])
    expect(late.report.findings.find(({ paths }) => paths.includes('u'))).toMatchObject({
      message: expect.stringContaining("made by the target 'chance'"),
      location: { file: expect.stringMatching(/bad\/Dockerfile$/), line: 1 },
    })
    expect(late.report.findings.some(({ paths }) => paths.includes('v'))).toBe(false)
  })

  test('that cannot be gated are refused before anything is built, each with the reason', async () => {
    const folder = folderWith('refused', {
      Dockerfile: `FROM ${baseImage}\n`,
      'docker-bake.hcl': `target "outside" {
  context = "../.."
}
target "remote" {
  context = "target:outside"
}
target "mighty" {
  entitlements = ["security.insecure"]
}
`,
    })
    const refused = gateHere({
      ...{ file: [join(folder, 'docker-bake.hcl')], targets: ['outside', 'remote', 'mighty'] },
    })
    await expect(refused).rejects.toMatchObject({
      problems: [
        expect.stringMatching(/mighty: it asks for security\.insecure; .*--allow/),
        expect.stringMatching(/outside: its context '\.\.\/\.\.' .* lies outside of/),
        expect.stringMatching(/remote: its context 'target:outside' is neither a folder nor an address/),
      ],
    })
    await expect(gateHere({ file: [join(folder, 'docker-bake.hcl')] })).rejects.toMatchObject({
      problems: [expect.stringMatching(/no group `default`; name the images .*--targets/)],
    })
  }, 120_000)

  test('can be kept whole, both sides, and compared later', async () => {
    const folder = folderWith('kept', { Dockerfile: `FROM ${baseImage}\nRUN date +%s%N > /n\n` })
    const keep = join(root, 'sides')
    const { report } = await gateHere({ context: [folder], keep: [keep] })
    expect(report.verdict).toBe('not-reproducible')
    expect(report.notes).toEqual([])
    const index = JSON.parse(readFileSync(join(keep, 'a/index.json'), 'utf8'))
    expect(index.manifests[0].digest).toBe(report.builds[0]?.digest)
    const options = checkOptions('compare', {
      images: [join(keep, 'a'), join(keep, 'b')],
      file: [join(folder, 'Dockerfile')],
    })
    const compared = await compareNamed(options, portsWith(createExec(engineEnvironment())), { version: 'test' })
    expect([compared.verdict, compared.doubts]).toEqual(['not-reproducible', []])
    expect(compared.findings.find(({ source }) => source === 'comparison')?.location).toMatchObject({ line: 2 })
    await expect(gateHere({ context: [folder], keep: [keep] })).rejects.toMatchObject({
      problems: [expect.stringMatching(/is not empty/)],
    })
  }, 300_000)
})
