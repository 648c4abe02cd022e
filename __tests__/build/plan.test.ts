import { describe, expect, test } from '@jest/globals'
import type { Builder } from '../../src/build/builder.ts'
import { type BuildRequest, bytesIn, digestsOnly, layoutIn, newRun, planSide, runAgain } from '../../src/build/plan.ts'

const builder: Builder = { name: undefined, driver: 'docker', store: true, versions: {}, platform: 'linux/amd64' }
const onBoth = (builder: Builder) => ({ A: builder, B: builder })
const least: BuildRequest = {
  ...{ context: '.', file: 'Dockerfile', buildArgs: {}, secrets: { args: [] }, ssh: [], buildContexts: {} },
  ...{ addHosts: [], ulimits: [], labels: [], builders: onBoth(builder), epoch: 1700000000 },
}
const run = { nonce: 7, namespace: 'repro-gate-0123' }

describe('the plan of a side', () => {
  test('asks for what the gate needs, and no more', () => {
    expect(planSide(least, 'A', run)).toEqual({
      side: 'A',
      builder,
      platform: 'linux/amd64',
      epoch: 1700000000,
      context: '.',
      args: [
        ...['buildx', 'build', '--progress', 'rawjson', '--provenance=false', '--sbom=false', '--file', 'Dockerfile'],
        ...['--build-arg', 'SOURCE_DATE_EPOCH=1700000000', '--build-arg', 'BUILDKIT_CACHE_MOUNT_NS=repro-gate-0123-a'],
        ...['--shm-size', String(64 * 2 ** 20 - 4095 + 14)],
      ],
      env: {
        BUILDX_METADATA_PROVENANCE: 'max',
        BUILDX_NO_DEFAULT_ATTESTATIONS: '1',
        SOURCE_DATE_EPOCH: '1700000000',
        DOCKER_CLI_HINTS: 'false',
      },
      compression: 'uncompressed',
      fromCache: false,
    })
  })

  test('hands every wish on as an argument of its own, never through a shell', () => {
    const { args, context } = planSide(
      {
        ...least,
        ...{ context: 'a b', file: '$(x)', target: 'final; rm', platform: 'linux/arm64', network: 'host' },
        buildArgs: { A: '1 2', B: '`id`' },
        secrets: { args: ['--secret', 'id=t,src=/t'] },
        ...{ ssh: ['default'], buildContexts: { x: '../x' }, addHosts: ['h:1.2.3.4'], ulimits: ['nofile=1:2'] },
        ...{ labels: ['a=b c'], cgroupParent: '/g', shmSize: '1g', builders: onBoth({ ...builder, name: 'mine' }) },
      },
      'B',
      run,
    )
    expect(context).toBe('a b')
    expect(args).toEqual([
      ...['buildx', 'build', '--builder', 'mine', '--progress', 'rawjson', '--provenance=false', '--sbom=false'],
      ...['--file', '$(x)', '--target', 'final; rm', '--platform', 'linux/arm64'],
      ...['--build-arg', 'A=1 2', '--build-arg', 'B=`id`', '--build-arg', 'SOURCE_DATE_EPOCH=1700000000'],
      // It is for another platform than the builder's own.
      ...['--build-arg', 'BUILDKIT_DOCKERFILE_CHECK=skip=none'],
      ...['--build-arg', 'BUILDKIT_CACHE_MOUNT_NS=repro-gate-0123-b', '--secret', 'id=t,src=/t', '--ssh', 'default'],
      ...['--build-context', 'x=../x', '--network', 'host', '--add-host', 'h:1.2.3.4', '--ulimit', 'nofile=1:2'],
      ...['--label', 'a=b c', '--cgroup-parent', '/g', '--shm-size', String(2 ** 30 - 4095 + 15)],
    ])
  })

  test('build A may take from a cache, and is then the build without our marks; build B never', () => {
    const request = { ...least, cacheFrom: ['type=gha'], cacheEnv: { ACTIONS_RUNTIME_TOKEN: 't' }, shmSize: '1g' }
    const [a, b] = [planSide(request, 'A', run), planSide(request, 'B', run)]
    expect(a).toMatchObject({ fromCache: true, env: { ACTIONS_RUNTIME_TOKEN: 't' } })
    expect(a.args.slice(-4)).toEqual(['--cache-from', 'type=gha', '--shm-size', '1g'])
    expect(a.args.join()).not.toContain('BUILDKIT_CACHE_MOUNT_NS')
    expect(b.fromCache).toBe(false)
    expect(b.args.join()).not.toContain('gha')
    expect(b.env).not.toHaveProperty('ACTIONS_RUNTIME_TOKEN')
    expect(b.args).toContain('--shm-size')
    expect(b.args.join()).toContain('BUILDKIT_CACHE_MOUNT_NS=repro-gate-0123-b')
    // Without a size of the user's A has none.
    expect(planSide({ ...request, shmSize: undefined }, 'A', run).args).not.toContain('--shm-size')
  })

  test('both sides are given the same source policy', () => {
    for (const side of ['A', 'B'] as const)
      expect(planSide({ ...least, sourcePolicy: '/p.json' }, side, run).env.EXPERIMENTAL_BUILDKIT_SOURCE_POLICY).toBe(
        '/p.json',
      )
  })

  test('annotations of the manifest alone, for the platform that is built', () => {
    const annotations = [
      'a=b:c',
      'index:x=y',
      'manifest,index:c=d',
      'manifest[linux/arm64]:e=f',
      'manifest-descriptor:g=h',
    ]
    const of = (platform: string) =>
      planSide({ ...least, platform, annotations }, 'A', run).args.filter(
        (_, at, all) => all[at - 1] === '--annotation',
      )
    expect(of('linux/amd64')).toEqual(['a=b:c', 'manifest:c=d'])
    expect(of('linux/arm64/v8')).toEqual(['a=b:c', 'manifest:c=d', 'manifest:e=f'])
  })

  test('takes out build arguments that would break the comparison', () => {
    const buildArgs = {
      ...{ BUILDKIT_MULTI_PLATFORM: '1', BUILDKIT_INLINE_CACHE: '1', SOURCE_DATE_EPOCH: '5' },
      ...{ BUILDKIT_CACHE_MOUNT_NS: 'mine', KEPT: 'yes' },
    }
    const given = planSide({ ...least, buildArgs }, 'A', run).args.filter((_, at, all) => all[at - 1] === '--build-arg')
    expect(given).toEqual(['KEPT=yes', 'SOURCE_DATE_EPOCH=1700000000', 'BUILDKIT_CACHE_MOUNT_NS=repro-gate-0123-a'])
  })

  test('differs between the sides in the fork alone', () => {
    const [a, b] = [planSide(least, 'A', run), planSide(least, 'B', run)]
    expect(a.args.filter((value, at) => value !== b.args[at])).toEqual([
      'BUILDKIT_CACHE_MOUNT_NS=repro-gate-0123-a',
      String(64 * 2 ** 20 - 4095 + 14),
    ])
    expect({ ...a, args: [], side: '' }).toEqual({ ...b, args: [], side: '' })
  })

  test('two runs never share a name space, and a RUN sees one size of /dev/shm on both sides', () => {
    const runs = Array.from({ length: 200 }, newRun)
    expect(new Set(runs.map(({ namespace }) => namespace)).size).toBe(200)
    const pages = (side: 'A' | 'B', of: typeof run, shmSize?: string) =>
      Math.ceil(Number(planSide({ ...least, shmSize }, side, of).args.at(-1)) / 4096)
    for (const each of [
      ...runs,
      { nonce: 0, namespace: '' },
      { nonce: 2047, namespace: '' },
      { nonce: 2 ** 17 - 1, namespace: '' },
    ]) {
      expect(pages('A', each)).toBe(pages('B', each))
      expect(pages('B', each, '100')).toBe(pages('A', each, '100'))
      expect(pages('A', each) * 4096 - 64 * 2 ** 20).toBeLessThanOrEqual(256 * 1024)
      expect(pages('A', each) * 4096).toBeGreaterThanOrEqual(64 * 2 ** 20)
    }
  })

  test('a run again shares nothing with the first one, nor with another that follows it: its cache mounts start cold', () => {
    const again = Array.from({ length: 200 }, () => runAgain(run))
    expect(new Set([run, ...again].map(({ namespace }) => namespace)).size).toBe(201)
    for (const { nonce, namespace } of again) {
      expect(nonce).not.toBe(run.nonce)
      // So it is found, and forgotten, with the run.
      expect(namespace.startsWith(run.namespace)).toBe(true)
    }
    expect(again.every(({ nonce }) => nonce >= 0 && nonce < 2 ** 17)).toBe(true)
  })
})

test('the output is digests alone; only the docker driver is told to store nothing', () => {
  const packaging = (compression: string) => `oci-mediatypes=true,compression=${compression},rewrite-timestamp=true`
  const here = planSide({ ...least, compression: 'zstd' }, 'A', run)
  expect(digestsOnly(here)).toBe(`type=image,push=false,store=false,${packaging('zstd')},compression-level=1`)
  const remote = planSide({ ...least, builders: onBoth({ ...builder, driver: 'remote', store: false }) }, 'A', run)
  expect(digestsOnly(remote)).toBe(`type=image,push=false,${packaging('uncompressed')}`)
  expect(layoutIn(here, '/tmp/a,b"c')).toBe(
    `type=oci,tar=false,"dest=/tmp/a,b""c",${packaging('zstd')},compression-level=1`,
  )
})

test.each([
  ['128m', 128 * 2 ** 20],
  ['1.5g', 1.5 * 2 ** 30],
  ['2GiB', 2 * 2 ** 30],
  ['64kb', 65536],
  ['4096', 4096],
  ['10b', 10],
  [undefined, 64 * 2 ** 20],
])('a size of %s', (text, bytes) => expect(bytesIn(text)).toBe(bytes))
