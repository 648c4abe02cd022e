import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { askedIn, printedTargets } from '../../src/subjects/baked-target.ts'

/** As `docker buildx bake --print` of buildx 0.29 prints a target with all of it. */
const printed = {
  group: { default: { targets: ['all', 'web'] }, all: { targets: ['api', 'all', 'web'] } },
  target: {
    api: { context: '.', dockerfile: 'Dockerfile', 'dockerfile-inline': 'FROM scratch\n' },
    web: {
      ...{ context: 'site', dockerfile: 'Dockerfile.web', target: 'web', args: { V: '1', unset: null } },
      contexts: { im: 'docker-image://debian', other: './o' },
      labels: { 'a.b': 'c d' },
      secret: [{ id: 'tok', env: 'TOK' }, { id: 'file', src: 'tok' }, { id: 'bare' }],
      ssh: [{ id: 'k', paths: ['key'] }, { id: 'default' }],
      ...{ platforms: ['linux/amd64', 'linux/arm64'], network: 'host', 'shm-size': '128m', ulimits: ['nofile=1:2'] },
      ...{ 'extra-hosts': { foo: '1.2.3.4' }, entitlements: ['network.host'], annotations: ['a=b'] },
      ...{ tags: ['x'], output: [{ type: 'docker' }], 'no-cache-filter': ['web'], 'cache-from': [{ type: 'gha' }] },
      ...{ pull: true, 'no-cache': true, attest: [{ type: 'provenance' }] },
    },
  },
}

describe('what bake prints', () => {
  test('is read field by field; what is nothing to the gate is let go', () => {
    const { targets, problems } = printedTargets(printed)
    expect(problems).toEqual([])
    expect(targets.get('api')?.inline).toBe('FROM scratch\n')
    expect(targets.get('web')).toEqual({
      ...{ context: 'site', dockerfile: 'Dockerfile.web', inline: null, target: 'web', args: { V: '1' } },
      contexts: { im: 'docker-image://debian', other: './o' },
      ...{ labels: ['a.b=c d'], platforms: ['linux/amd64', 'linux/arm64'] },
      secretEnvs: [
        ['tok', 'TOK'],
        ['bare', 'bare'],
      ],
      secretFiles: [['file', 'tok']],
      ssh: [
        ['k', ['key']],
        ['default', []],
      ],
      ...{ network: 'host', shmSize: '128m', ulimits: ['nofile=1:2'], addHosts: ['foo:1.2.3.4'] },
      ...{ annotations: ['a=b'], tags: ['x'], entitlements: ['network.host'], refused: [] },
    })
  })

  test('has dollars as bake files write them, in those fields that bake prints so', () => {
    const one = {
      ...{ 'dockerfile-inline': 'RUN echo $${A} $$ %%{b}', args: { V: 'x$${Y}' }, labels: { L: '$${Y}' } },
      ...{ annotations: ['a=$${Y}'], target: 'a${b}', contexts: { c: 'docker-image://x${Y}' } },
    }
    expect(printedTargets({ target: { one } }).targets.get('one')).toMatchObject({
      ...{ inline: 'RUN echo ${A} $$ %{b}', args: { V: 'x${Y}' }, labels: ['L=${Y}'], annotations: ['a=${Y}'] },
      ...{ target: 'a${b}', contexts: { c: 'docker-image://x${Y}' } },
    })
  })

  test('is asked for by groups of groups, each target once, whatever circle they make', () => {
    expect(askedIn(printed)).toEqual(['api', 'web'])
    expect(
      askedIn({ group: { default: { targets: ['web'] }, web: { targets: ['web'] } }, target: { web: {} } }),
    ).toEqual(['web'])
    expect(printedTargets({ group: { default: { targets: ['gone'] } }, target: {} }).problems).toEqual([
      "there is no target 'gone'",
    ])
  })

  test.each([
    [{ context: 'docker-image:/alpine' }, /is neither a folder nor an address/],
    [{ context: 'target:base' }, /is neither a folder nor an address/],
    [
      { context: 'https://u:hunter2@h/r.git#a b' },
      /^its context 'https:\/\/h\/r.git#a b' cannot be fetched: there is a blank/,
    ],
    [{ context: 'https://h/r.git?keep-git-dir=1' }, /no two builds are alike/],
    [{ 'new-field': 1 }, /its field 'new-field' is not known/],
  ])('%j is refused', (target, reason) => {
    const { targets } = printedTargets({ target: { one: target } })
    expect(targets.get('one')?.refused).toEqual([expect.stringMatching(reason)])
  })

  test.each(['.', 'a', 'https://github.com/o/r.git', 'git@github.com:o/r', 'https://h/c.tgz', 'github.com/o/r'])(
    'a context %j can be had',
    context => {
      expect(printedTargets({ target: { one: { context } } }).targets.get('one')?.refused).toEqual([])
    },
  )

  test.each(['../x', '.', '', 'a b', 'x'.repeat(300)])('names no target %j: it becomes part of a path', name => {
    const { targets, problems } = printedTargets({ target: { [name]: {} } })
    expect([targets.size, problems.length]).toEqual([0, 1])
  })

  test('never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (group, target) => {
        printedTargets({ group: { default: group }, target: { x: target, y: { contexts: target, secret: group } } })
        askedIn({ group, target })
      }),
    )
  })
})
