import { describe, expect, test } from '@jest/globals'
import { bakeOf, ownSourceFirst } from '../../src/build/linked.ts'
import type { SidePlan } from '../../src/build/plan.ts'

const plan = (args: string[], context = 'app'): SidePlan =>
  ({ args: ['--context', 'c', 'buildx', 'build', '--builder', 'b', ...args], context }) as unknown as SidePlan

describe('a build with other targets as contexts, for bake', () => {
  const { args, file, name } = bakeOf(
    plan([
      ...['--progress', 'rawjson', '--provenance=false', '--sbom=false', '--file', '/d/Dockerfile', '--target', 't'],
      ...['--platform', 'linux/amd64', '--build-arg', 'A=${x}=%{y}', '--build-arg', 'SOURCE_DATE_EPOCH=1'],
      ...['--secret', 'id=s,src=/s', '--ssh', 'default', '--build-context', 'base=target:base', '--network', 'host'],
      ...['--add-host', 'foo:1.2.3.4', '--add-host', 'bar=::1', '--ulimit', 'nofile=1', '--label', 'l=1'],
      ...['--annotation', 'a=b', '--allow', 'security.insecure', '--pull', '--cache-from', 'type=gha'],
      ...['--shm-size', '67108865'],
    ]),
    { base: plan(['--file', '/b/Dockerfile', '--shm-size', '67108865'], 'base') },
    { output: 'type=image,push=false', noCache: true },
  )

  test('goes to the same builder, and may do what both may', () => {
    const own = ['--context', 'c', 'buildx', 'bake', '--builder', 'b', '--progress', 'rawjson']
    expect(args).toEqual([...own, '--allow', 'security.insecure', '--allow', 'network.host'])
  })

  test('has every argument as a field of its target, none of it to be evaluated', () => {
    const none = ['type=provenance,disabled=true', 'type=sbom,disabled=true']
    expect(JSON.parse(file)).toEqual({
      target: {
        [name]: {
          ...{ context: 'app', dockerfile: '/d/Dockerfile', target: 't', platforms: ['linux/amd64'] },
          ...{ args: { A: '$${x}=%%{y}', SOURCE_DATE_EPOCH: '1' }, secret: ['id=s,src=/s'], ssh: ['default'] },
          ...{ contexts: { base: 'target:base' }, network: 'host', 'extra-hosts': { foo: '1.2.3.4', bar: '::1' } },
          ...{
            ulimits: ['nofile=1'],
            labels: { l: '1' },
            annotations: ['a=b'],
            pull: true,
            'cache-from': ['type=gha'],
          },
          ...{ 'shm-size': '67108865', entitlements: ['security.insecure', 'network.host'], 'no-cache': true },
          ...{ attest: none, output: ['type=image,push=false'] },
        },
        base: {
          ...{ context: 'base', dockerfile: '/b/Dockerfile', 'shm-size': '67108865', 'no-cache': true },
          ...{ attest: none, output: ['type=cacheonly'] },
        },
      },
    })
  })
})

describe('sources of several Dockerfiles', () => {
  const info = (text: string) => ({ filename: 'Dockerfile', data: Buffer.from(text).toString('base64') })
  const at = (line: number, sourceIndex?: number) => ({ ...(sourceIndex ? { sourceIndex } : {}), ranges: [{ line }] })
  const provenance = {
    metadata: {
      source: {
        infos: [info('other'), info('own')],
        locations: { step0: { locations: [at(3)] }, step1: {}, step2: { locations: [at(4, 1)] } },
      },
    },
  }

  test('the own one comes first', () => {
    expect(ownSourceFirst(provenance, 'own')).toMatchObject({
      metadata: {
        source: {
          infos: [info('own'), info('other')],
          locations: { step0: { locations: [{ sourceIndex: 1 }] }, step2: { locations: [{ sourceIndex: 0 }] } },
        },
      },
    })
  })

  test('where it is not among them, no line is its', () => {
    expect(JSON.stringify(ownSourceFirst(provenance, 'gone'))).not.toContain('"sourceIndex":0')
    for (const odd of [
      null,
      'x',
      [],
      { locations: null },
      { infos: [], locations: null },
      { infos: [null], locations: 1 },
    ])
      expect(() => ownSourceFirst(odd, 'own')).not.toThrow()
  })
})
