// Provenance as BuildKit 0.25 and 0.32 wrote it, and what a stranger may have made of it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { attestedRequest, ProvenanceError } from '../../src/replay/attested-request.ts'
import { type ReplayWishes, renderPlan } from '../../src/replay/plan.ts'
import { planImage } from '../../src/replay/plan-image.ts'

type Json = Record<string, unknown>
const fixture = (name: string): Json =>
  JSON.parse(readFileSync(join(import.meta.dirname, 'fixtures', `${name}.json`), 'utf8'))
const nothing: ReplayWishes = {
  ...{ context: undefined, buildArgs: {}, buildContexts: {}, secrets: [], ssh: [], network: undefined, allow: [] },
  epoch: 'commit',
}
const commit = 'fd0aa614c0237b3869c90f93b2948f8ed9c87cf4'
const named: ReplayWishes = { ...nothing, context: 'git://127.0.0.1:9418/src', allow: ['network.host'] }
const image = { name: 'example.com/app:1', platform: 'linux/amd64', rewritten: true }
const planned = (predicate: unknown, wishes = named) => planImage(image, attestedRequest(predicate), wishes)

/** With all texts changed as they stand in the JSON. */
const changed = (name: string, from: RegExp, to: string): Json =>
  JSON.parse(JSON.stringify(fixture(name)).replaceAll(new RegExp(from, 'g'), () => to))

/** Its options: of SLSA 0.2. */
function withArgs(args: Json): Json {
  const predicate = fixture('slsa-0.2-max') as { invocation: { parameters: { args: Json } } }
  Object.assign(predicate.invocation.parameters.args, args)
  return predicate
}
const refusals = (predicate: unknown, wishes = named) => planned(predicate, wishes).plan.refused

describe('what is replayed', () => {
  test('SLSA 0.2: source, folder, options and materials', () => {
    const { plan, build } = planned(fixture('slsa-0.2-max'))
    expect(plan).toMatchObject({ refused: [], open: [] })
    expect(build).toMatchObject({
      ...{ context: `git://127.0.0.1:9418/src#${commit}:app`, file: 'Dockerfile', byBuilder: true, isForeign: true },
      ...{ target: 'final', buildArgs: { VERSION: '7' }, labels: ['a=b'], addHosts: ['foo:1.2.3.4'] },
      ...{ ulimits: ['nofile=1000:1000'], shmSize: '134217728', network: 'host', epoch: 1704164645 },
    })
    expect(renderPlan(plan)).toContain('sha256:ebe2a1cffa8b')
    expect(plan.notes).toEqual([expect.stringContaining('1 RUN step has a network')])
  })

  test('SLSA 1: a branch is replaced by the commit that it was', () => {
    const { plan, build } = planned(fixture('slsa-1-max'))
    expect(plan.refused).toEqual([])
    expect(build).toMatchObject({
      context: `git://127.0.0.1:9418/src#${commit}:app`,
      buildContexts: { x: 'docker-image://localhost:5000/debian:bookworm-slim' },
    })
  })

  test('as BuildKit 0.32 writes it; no step has a network there, and nothing is said of one', () => {
    const { plan, build } = planned(fixture('slsa-1-buildkit-0.32'), { ...named, context: 'git://127.0.0.1:9418/flat' })
    expect(plan).toMatchObject({ refused: [], open: [], notes: [] })
    expect(build).toMatchObject({ context: expect.stringMatching(/flat#5b8e48682f78[0-9a-f]{28}$/), epoch: 1704164645 })
  })

  test('from another address that the user names, at the same commit', () => {
    const { build } = planned(fixture('slsa-0.2-max'), { ...named, context: 'https://mirror.example/r.git' })
    expect(build?.context).toBe(`https://mirror.example/r.git#${commit}:app`)
    expect(
      planned(fixture('slsa-0.2-max'), { ...named, context: `https://m.example/r.git#${commit}` }).build,
    ).toMatchObject({
      isForeign: false,
    })
    expect(
      refusals(fixture('slsa-0.2-max'), { ...named, context: `https://m.example/r.git#${'a'.repeat(40)}` }),
    ).toEqual([expect.stringContaining(`was built of ${commit}`)])
  })

  test('of a public address nobody has to name it', () => {
    const { plan, build } = planned(
      changed('slsa-0.2-max', /git:\/\/127\.0\.0\.1:9418\/src/, 'https://example.com/o/r.git'),
      {
        ...named,
        context: undefined,
      },
    )
    expect(plan.refused).toEqual([])
    expect(build?.context).toBe(`https://example.com/o/r.git#${commit}:app`)
  })
})

describe('what cannot be', () => {
  test('mode=min, a folder, and what it may have been', () => {
    expect(refusals(fixture('slsa-0.2-min'))).toEqual([expect.stringMatching(/mode=min/)])
    const { open } = planned(fixture('slsa-0.2-min')).plan
    expect(open).toContain('Whether it was built with SOURCE_DATE_EPOCH is not in its provenance.')
    expect(refusals(fixture('slsa-0.2-folder'), { ...nothing, allow: ['network.host'] })).toEqual([
      expect.stringMatching(
        /a folder of the machine that built it.*checkout of commit fd0aa614c.*--context URL#COMMIT:FOLDER/,
      ),
    ])
    const { plan, build } = planned(fixture('slsa-0.2-folder'), { ...named, context: 'https://example.com/r.git#:app' })
    expect(build).toMatchObject({
      context: `https://example.com/r.git#${commit}:app`,
      byBuilder: false,
      isForeign: true,
    })
    expect(plan.open[0]).toMatch(/your word/)
  })

  test.each([
    'git://127.0.0.1/r',
    'http://169.254.169.254/r.git',
    'https://git.internal/r.git',
    'git://[::1]/r',
    'http://2130706433/r.git',
  ])('an address nearby that nobody here named: %s', address => {
    const predicate = changed('slsa-0.2-max', /git:\/\/127\.0\.0\.1:9418\/src/, address)
    expect(refusals(predicate, { ...named, context: undefined })).toEqual([
      expect.stringContaining('only where you name it'),
    ])
  })

  test.each([
    ['a file of this machine', /git:\/\/127\.0\.0\.1:9418\/src/, 'file:///etc'],
    ['a path', /git:\/\/127\.0\.0\.1:9418\/src/, '/etc'],
    ['an option of git', /git:\/\/127\.0\.0\.1:9418\/src/, '--upload-pack=id'],
    ['a helper of git', /git:\/\/127\.0\.0\.1:9418\/src/, 'ext::sh -c id'],
    ['a Dockerfile elsewhere', /"entryPoint":"Dockerfile"/, '"entryPoint":"../../etc/passwd"'],
    ['a Dockerfile by address', /"entryPoint":"Dockerfile"/, '"entryPoint":"https://example.com/D"'],
    ['a folder elsewhere', /:app"/, ':../x"'],
    ['another frontend', /"dockerfile\.v0"/, '"example.com/f:1"'],
    ['no commit', /"sha1":"[0-9a-f]{40}"/, '"sha1":"main"'],
    ['all rights', /"exec":\{/, '"exec":{"security":1,'],
    ['a device', /"exec":\{/, '"exec":{"cdiDevices":[{"name":"x"}],'],
  ])('%s', (_, from, to) => {
    expect(changed('slsa-0.2-max', from, to)).not.toEqual(fixture('slsa-0.2-max'))
    expect(refusals(changed('slsa-0.2-max', from, to), { ...named, context: undefined }).length).toBeGreaterThan(0)
    expect(planned(changed('slsa-0.2-max', from, to), { ...named, context: undefined }).build).toBeNull()
  })

  test('the network of the host, unless the user gives it or another', () => {
    expect(refusals(fixture('slsa-0.2-max'), { ...named, allow: [] })).toEqual([
      expect.stringContaining('--allow network.host'),
    ])
    const { plan } = planned(fixture('slsa-0.2-max'), { ...named, allow: [], network: 'none' })
    expect(plan).toMatchObject({ refused: [], open: ['RUN steps had the network mode host, and have none here.'] })
  })

  test.each<[string, Json, RegExp]>([
    ['a context of this machine', { 'context:x': 'local:/etc' }, /only images can be replayed/],
    ['a layout', { 'context:x': 'oci-layout://x' }, /only images can be replayed/],
    ['a name that is a flag', { 'build-arg:-x y': '1' }, /name that is none/],
    ['a host', { 'add-hosts': 'a=b"c' }, /additional host/],
    ['a limit', { ulimit: '--x' }, /ulimit/],
    ['a stage', { target: '-x' }, /no name of a stage/],
    ['another platform', { platform: 'linux/arm64' }, /for 'linux\/arm64'/],
    ['a frontend by a build argument', { 'build-arg:BUILDKIT_SYNTAX': 'evil/dockerfile:1' }, /frontend 'evil/],
    ['a network', { 'force-network-mode': 'container:x' }, /none that BuildKit knows/],
  ])('%s', (_, args, why) => {
    expect(refusals(withArgs(args))).toContainEqual(expect.stringMatching(why))
  })

  test('an option that is not known is told, and so is that no time was given', () => {
    const { plan, build } = planned(withArgs({ 'new-option': 'x', 'build-arg:SOURCE_DATE_EPOCH': 'context' }))
    expect(plan.open).toEqual([
      expect.stringContaining("'new-option'"),
      expect.stringContaining('without SOURCE_DATE_EPOCH'),
    ])
    expect(build?.epoch).toBe('commit')
    const old = planImage({ ...image, rewritten: false }, attestedRequest(fixture('slsa-0.2-max')), named)
    expect(old.plan.open).toEqual([expect.stringContaining('rewrite-timestamp=true')])
  })
})

describe('secrets', () => {
  const asks = (secrets: unknown[]): Json => {
    const predicate = fixture('slsa-0.2-max') as { invocation: { parameters: { secrets: unknown } } }
    predicate.invocation.parameters.secrets = secrets
    return predicate
  }

  test('one that a step needs is to be given by its id', () => {
    expect(refusals(asks([{ id: 'npm' }]))).toEqual([expect.stringContaining('--secret id=npm,src=FILE')])
    expect(refusals(asks([{ id: 'npm' }]), { ...named, secrets: ['npm'] })).toEqual([])
    expect(planned(asks([{ id: 'npm', optional: true }])).plan.open).toEqual([expect.stringContaining("'npm'")])
  })

  test('none goes to who did not ask for it, or to an address that nobody here named', () => {
    expect(refusals(asks([]), { ...named, secrets: ['other'] })).toEqual([expect.stringContaining('not handed over')])
    const predicate = changed('slsa-0.2-max', /git:\/\/127\.0\.0\.1:9418\/src/, 'https://example.com/o/r.git')
    expect(refusals(predicate, { ...named, context: undefined, secrets: ['GIT_AUTH_TOKEN'] })).toEqual([
      expect.stringContaining('every git server that the Dockerfile names'),
    ])
    expect(refusals(predicate, { ...named, context: undefined, secrets: ['GIT_AUTH_TOKEN.example.com'] })).toEqual([])
    expect(refusals(predicate, { ...named, secrets: ['GIT_AUTH_HEADER.'] })).toHaveLength(1)
    const ssh = changed('slsa-0.2-max', /git:\/\/127\.0\.0\.1:9418\/src/, 'git@example.com:o/r.git')
    expect(refusals(ssh, { ...named, context: undefined })).toEqual([expect.stringContaining('your SSH key')])
  })

  test('an id that is more than a name is refused', () => {
    expect(() => attestedRequest(asks([{ id: 'a,src=/etc/shadow' }]))).toThrow(ProvenanceError)
  })
})

test('whatever stands in it, there is a plan or a ProvenanceError, within a moment', () => {
  const anything = fc.oneof(fc.jsonValue(), fc.string(), fc.constant(null))
  const keys = ['args', 'secrets', 'ssh', 'locals', 'frontend']
  fc.assert(
    fc.property(fc.constantFrom(...keys), anything, anything, anything, (key, value, config, materials) => {
      const predicate = fixture('slsa-0.2-max') as {
        invocation: { parameters: Json; configSource: unknown }
        materials: unknown
      }
      predicate.invocation.parameters[key] = value
      predicate.invocation.configSource = config
      predicate.materials = materials
      try {
        const { plan } = planned(predicate, nothing)
        expect(renderPlan(plan).length).toBeLessThan(200_000)
        expect(plan.refused.length).toBeGreaterThan(0)
      } catch (error) {
        expect(error).toBeInstanceOf(ProvenanceError)
      }
    }),
  )
})
