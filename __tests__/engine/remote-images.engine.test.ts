// Images of bake and compose files whose contexts are no folders here: repositories and archives, built for real.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { gate } from '../../src/gate.ts'
import { createExec } from '../../src/host/exec.ts'
import { checkOptions } from '../../src/options/options.ts'
import { placed } from '../../src/subjects/placed.ts'
import { portsWith } from '../build/ports.ts'
import { baseImage, describeWithEngine, engineEnvironment } from './engine.ts'
import { gateHere } from './gate-here.ts'
import { makeRepository, type Served, serve } from './served.ts'

describeWithEngine('images whose contexts are elsewhere', () => {
  const root = mkdtempSync(join(tmpdir(), 'remote-images-'))
  const unique = `${process.pid} ${Date.now()}`
  const token = 'hunter2-token'
  const authorization = `basic ${Buffer.from(`x-access-token:${token}`).toString('base64')}`
  let served: Served
  let commit = ''
  let tar = Buffer.alloc(0)

  beforeAll(async () => {
    commit = makeRepository(join(root, 'r'), {
      'app/Dockerfile': `FROM ${baseImage}\nARG V=none\nCOPY . /app\nRUN echo "$V" > /v\n`,
      'app/f': `${unique}\n`,
      'chance/Dockerfile': `FROM ${baseImage}\nCOPY . /app\nRUN date +%s%N > /d\n`,
      'chance/f': `chance ${unique}\n`,
      'base/Dockerfile': `FROM ${baseImage}\nCOPY f /base/f\n`,
      'base/f': `base ${unique}\n`,
    })
    makeRepository(join(root, 'private'), { Dockerfile: `FROM scratch\nCOPY f /f\n`, f: `private ${unique}\n` })
    const folder = join(root, 'archive')
    mkdirSync(join(folder, 'd'), { recursive: true })
    writeFileSync(join(folder, 'd/Dockerfile'), `FROM ${baseImage}\nCOPY f /f\nRUN cat /f > /g\n`)
    writeFileSync(join(folder, 'f'), `archive ${unique}\n`, { mode: 0o664 })
    tar = execFileSync('tar', ['-cz', '-C', folder, '.'])
    const dockerfile = `FROM ${baseImage}\nRUN echo '${unique}' > /alone\n`
    served = await serve(
      root,
      (request, response) => {
        if (request.url?.startsWith('/moved.tgz'))
          response.writeHead(302, { location: '/ctx.tgz?signature=hunter3' }).end()
        else if (request.url?.startsWith('/ctx.tgz')) response.end(tar)
        else if (request.url === '/Dockerfile') response.end(dockerfile)
        else response.writeHead(404).end()
      },
      authorization,
    )
  }, 60_000)
  afterAll(async () => {
    await served.stop()
    rmSync(root, { recursive: true, force: true })
  })

  const folderWith = (name: string, files: Record<string, string>): string => {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, name, path)), { recursive: true })
      writeFileSync(join(root, name, path), text)
    }
    return join(root, name)
  }
  const asMany = (path: string) => served.asked.filter(one => one.path === path).length

  test('repositories and archives of a bake file are fetched once, and blamed in their own lines', async () => {
    const at = `${served.address}/git/r.git`
    const folder = folderWith('bake', {
      'local/Dockerfile': `FROM ${baseImage}\nCOPY --from=more f /f\nRUN echo '${unique}' > /local\n`,
      'more/f': `more ${unique}\n`,
      'docker-bake.hcl': `variable "V" { default = "from-the-file" }
group "default" { targets = ["app", "chance", "linked", "archive", "alone", "inline", "here"] }
target "app" {
  context = "${at}#main:app"
  args = { V = "\${V} a=b" }
}
target "chance" { context = "${at}?branch=main&subdir=chance" }
target "base" { context = "${at}#main:base" }
target "linked" {
  context = "${at}#main:base"
  dockerfile-inline = <<EOT
FROM base
COPY f /linked
EOT
  contexts = { base = "target:base" }
}
target "archive" {
  context = "${served.address}/moved.tgz"
  dockerfile = "d/Dockerfile"
}
target "alone" { context = "${served.address}/Dockerfile" }
target "inline" {
  context = "${served.address}/moved.tgz"
  dockerfile-inline = "FROM scratch\\nCOPY f /f\\n"
}
target "here" {
  context = "${served.address}/moved.tgz"
  dockerfile = "cwd://local/Dockerfile"
  contexts = { more = "cwd://more" }
}
`,
    })
    const before = process.cwd()
    process.chdir(folder)
    const done = gateHere({ file: ['docker-bake.hcl'], variations: ['default'] }).finally(() => process.chdir(before))
    const { report, ports } = await done
    expect([report.doubts, report.failure]).toEqual([[], null])
    expect(report.results?.map(({ image, verdict }) => `${image} ${verdict}`)).toEqual([
      ...['alone reproducible', 'app reproducible', 'archive reproducible', 'chance not-reproducible'],
      ...['here reproducible', 'inline reproducible', 'linked reproducible'],
    ])
    const found = report.findings.filter(({ source }) => source === 'comparison')
    // Modes are those of the repository and of the archive, so no umask is to blame.
    expect(found.map(({ id, location }) => [id, location?.file, location?.line])).toEqual([
      ['build-time', `${at}#${commit.slice(0, 12)}:chance/Dockerfile`, 3],
    ])
    expect([asMany('/moved.tgz'), asMany('/Dockerfile')]).toEqual([1, 1])
    expect(JSON.stringify(report)).not.toMatch(/hunter|remote-images-.*context/)
    expect(readdirSync(ports.tempDir).filter(name => name.startsWith('context-B'))).toEqual([])
  })

  test('a service of a compose file; .env, the environment and defaults make its arguments', async () => {
    const folder = folderWith('compose', {
      '.env': 'FROM_DOTENV="dot env"\n',
      'compose.yaml': `services:
  app:
    build:
      context: ${served.address}/git/r.git#main:app
      dockerfile_inline: |
        FROM ${baseImage}
        ARG A
        ARG B
        ARG C
        ARG D
        RUN test "$$A|$$B|$$C|$$D" = 'dot env|from=env|x,y|a$$b' && echo '${unique}' > /ok
      args:
        - A=\${FROM_DOTENV}
        - B
        - C=\${NOT_GIVEN:-x,y}
        - "D=a$$b"
`,
    })
    const { report } = await gateHere({ file: [join(folder, 'compose.yaml')] }, { env: { B: 'from=env' } })
    expect([report.doubts, report.failure?.message ?? null, report.verdict]).toEqual([[], null, 'reproducible'])
  })

  test('a private repository takes the secret of its target, which is told nowhere', async () => {
    const folder = folderWith('private-bake', {
      'docker-bake.hcl': `target "private" {
  context = "${served.address}/git/private.git"
  secret = ["id=GIT_AUTH_TOKEN,env=A_TOKEN"]
}
`,
    })
    const file = [join(folder, 'docker-bake.hcl')]
    const { report, logged } = await gateHere({ file, targets: ['private'] }, { env: { A_TOKEN: token } })
    expect([report.verdict, report.doubts]).toEqual(['reproducible', []])
    expect(JSON.stringify(report) + logged.join()).not.toContain('hunter2')
    await expect(gateHere({ file, targets: ['private'] })).rejects.toThrow(/private: .*GIT_AUTH_TOKEN/)
  })

  test('an archive is the context of a gate as well', async () => {
    const environment = engineEnvironment()
    const ports = portsWith(createExec(environment), { env: environment })
    const network = process.env.REPRO_GATE_RUN_NETWORK
    const asked = checkOptions('gate', {
      ...{ context: [`${served.address}/moved.tgz?signature=hunter4`], file: ['d/Dockerfile'] },
      ...{ 'source-date-epoch': ['1700000000'], 'docker-check': ['never'], ...(network ? { network: [network] } : {}) },
    })
    const report = await gate(await placed(asked, ports, {}), ports, { version: 'test' })
    expect([report.verdict, report.doubts, report.findings.filter(({ source }) => source === 'comparison')]).toEqual([
      ...['reproducible', [], []],
    ])
    expect(report.subject).toMatchObject({
      context: `${served.address}/moved.tgz`,
      file: `${served.address}/moved.tgz:d/Dockerfile`,
    })
    expect(JSON.stringify(report) + ports.logged.join()).not.toContain('hunter')
    const untimed = { ...(await placed(asked, ports, {})), sourceDateEpoch: 'commit' as const }
    expect((await gate(untimed, ports, { version: 'test' })).doubts).toEqual([
      expect.stringMatching(/^'http:\S+\/moved\.tgz' is not in a git repository/),
    ])
  })

  test('what cannot be fetched is told for each image, before anything is built', async () => {
    const folder = folderWith('bad', {
      'docker-bake.hcl': `target "nothing" { context = "${served.address}/no.tgz" }
target "branch" { context = "${served.address}/git/r.git#nope" }
target "folder" { context = "${served.address}/git/r.git#main:nope" }
target "out" {
  context = "${served.address}/git/r.git#main:app"
  dockerfile = "../../../etc/passwd"
}
target "image" { context = "docker-image://alpine" }
target "clone" {
  context = "${served.address}/git/r.git#main:app"
  args = { BUILDKIT_CONTEXT_KEEP_GIT_DIR = 1 }
}
`,
    })
    const file = [join(folder, 'docker-bake.hcl')]
    await expect(gateHere({ file, targets: ['nothing', 'branch', 'folder', 'out'] })).rejects.toMatchObject({
      problems: [
        expect.stringMatching(/^branch: context: .* has no branch or tag 'nope'/),
        expect.stringMatching(/^folder: context: there is no folder 'nope'/),
        expect.stringMatching(/^nothing: context: .*no\.tgz cannot be fetched: the server answers 404/),
        expect.stringMatching(/^out: file: .* leads out of the context/),
      ],
    })
    await expect(gateHere({ file, targets: ['image'] })).rejects.toThrow(/neither a folder nor an address/)
    await expect(gateHere({ file, targets: ['clone'] })).rejects.toThrow(/clone: leave out .*KEEP_GIT_DIR/)
  })
})
