// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are Docker's variables

import { describe, expect, test } from '@jest/globals'
import type { Stage } from '../../src/dockerfile/dockerfile.ts'
import { mountsOf } from '../../src/dockerfile/mounts.ts'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { reachableStages } from '../../src/dockerfile/reachable.ts'
import { parseReference } from '../../src/dockerfile/reference.ts'
import { findStage, stageEdges } from '../../src/dockerfile/stage.ts'

const parse = (text: string) => parseDockerfile(text, 'Dockerfile')

const text = `ARG BASE=Build
FROM golang:1 AS build
FROM alpine AS tools
RUN --mount=from=build,source=/a,target=/b --mount=type=cache,target=/c x
FROM scratch AS unused
COPY --from=tools / /
FROM \${BASE} AS final
COPY --from=1 /x /y
COPY --from=busybox:1 /x /y
COPY --from=9 /x /y
RUN --mount=type=bind,target=/x,from=ghcr.io/o/x x
`
const dockerfile = parse(text)
const edgesOf = (index: number, buildArgs = {}) =>
  stageEdges(dockerfile, dockerfile.stages[index] as Stage, buildArgs).map(({ kind, target, reference, range }) => [
    kind,
    target?.index ?? null,
    reference.value,
    text.slice(range.start, range.end),
  ])

describe('stages', () => {
  test('are found by name in any case, or by index, before a stage only', () => {
    expect(findStage(dockerfile, 'BUILD', 4)?.index).toBe(0)
    expect(findStage(dockerfile, '1', 4)?.index).toBe(1)
    expect(findStage(dockerfile, 'final', 3)).toBeNull()
    expect(findStage(dockerfile, '7', 99)).toBeNull()
    const twice = parse('FROM a AS x\nFROM b AS x\nFROM x\n')
    expect(findStage(twice, 'x', 2)?.index).toBe(1)
    expect(findStage(twice, 'x', 1)?.index).toBe(0)
  })

  test('have edges to what they are made from', () => {
    expect(edgesOf(1)).toEqual([
      ['from', null, 'alpine', 'alpine'],
      ['mount', 0, 'build', 'build'],
    ])
    expect(edgesOf(3)).toEqual([
      ['from', 0, 'Build', '${BASE}'],
      ['copy', 1, '1', '1'],
      ['copy', null, 'busybox:1', 'busybox:1'],
      ['copy', null, '9', '9'],
      ['mount', null, 'ghcr.io/o/x', 'ghcr.io/o/x'],
    ])
    expect(edgesOf(3, { BASE: 'debian' })[0]).toEqual(['from', null, 'debian', '${BASE}'])
  })

  test('are reachable from a target', () => {
    expect(reachableStages(dockerfile, undefined, {})).toEqual(new Set([3, 1, 0]))
    expect(reachableStages(dockerfile, 'Unused', {})).toEqual(new Set([2, 1, 0]))
    expect(reachableStages(dockerfile, 'build', {})).toEqual(new Set([0]))
    expect(reachableStages(dockerfile, 'nowhere', {})).toEqual(new Set())
    // BuildKit takes no index here.
    expect(reachableStages(dockerfile, '0', {})).toEqual(new Set())
    expect(reachableStages(parse(''), undefined, {})).toEqual(new Set())
  })

  test("take part in their base's ONBUILD triggers", () => {
    const triggered = parse('FROM a AS x\nFROM b AS y\nONBUILD COPY --from=x / /\nFROM y\n')
    expect(reachableStages(triggered, undefined, {})).toEqual(new Set([2, 1, 0]))
    expect(reachableStages(triggered, 'y', {})).toEqual(new Set([1]))
  })
})

describe('mounts', () => {
  const mounts = (line: string) =>
    parse(`FROM x\n${line}`)
      .instructions.flatMap(mountsOf)
      .map(({ type, options }) => [type, options])

  test('with long names for short ones', () => {
    expect(mounts('RUN --mount=type=cache,dst=/x,ro,sharing=locked --mount=src=a,target=/b x')).toEqual([
      ['cache', { type: 'cache', target: '/x', readonly: 'true', sharing: 'locked' }],
      ['bind', { source: 'a', target: '/b' }],
    ])
    expect(mounts('ONBUILD RUN --mount=type=tmpfs,target=/t x')).toEqual([['tmpfs', { type: 'tmpfs', target: '/t' }]])
    expect(mounts(`RUN --mount='type=secret,"id=a,b"' x`)).toEqual([['secret', { type: 'secret', id: 'a,b' }]])
    expect(mounts('COPY --mount=type=cache a b')).toEqual([])
  })
})

describe('image references', () => {
  const digest = `sha256:${'a1'.repeat(32)}`
  test.each([
    ['debian', null, 'debian', null, null, false],
    ['debian:12', null, 'debian', '12', null, false],
    ['library/debian:12', null, 'library/debian', '12', null, false],
    ['localhost:5000/x/y:1', 'localhost:5000', 'x/y', '1', null, false],
    [`localhost:5000/x/y:1@${digest}`, 'localhost:5000', 'x/y', '1', digest, true],
    [`ghcr.io/o/p@${digest}`, 'ghcr.io', 'o/p', null, digest, true],
    ['ghcr.io/o/p@sha256:abc', 'ghcr.io', 'o/p', null, 'sha256:abc', false],
    ['"x:1"', null, 'x', '1', null, false],
    ['${REG}/x', '${REG}', 'x', null, null, false],
    ['${REG:-a.b:5}/x:${V:-1}', '${REG:-a.b:5}', 'x', '${V:-1}', null, false],
    ['x:1@${D}', null, 'x', '1', '${D}', false],
    ['base-${TARGETARCH}', null, 'base-${TARGETARCH}', null, null, false],
    ['localhost/x', 'localhost', 'x', null, null, false],
    ['[::1]:5000/x', '[::1]:5000', 'x', null, null, false],
  ])('%s', (reference, registry, repository, tag, digestText, digestValid) => {
    expect(parseReference(reference)).toEqual({ registry, repository, tag, digest: digestText, digestValid })
  })

  test.each([
    '',
    ' ',
    'a b',
    'Debian',
    'x:',
    'x@',
    ':1',
    '@sha256:x',
    'x//y',
    '/x',
    'x/',
    'x:1:2',
    `x@${digest}@${digest}`,
    '-x',
  ])('%j is none', reference => expect(parseReference(reference)).toBeNull())

  test('hostile ones cost nothing', () => {
    const start = process.cpuUsage()
    for (const part of ['${', 'a-', 'a__', '/', ':', '@', 'a.', '$a']) parseReference(part.repeat(100_000))
    for (const part of ['${', 'a-', 'a__', '/', ':', '@', 'a.', '$a']) parseReference(part.repeat(1300))
    expect(process.cpuUsage(start).user).toBeLessThan(1_000_000)
  })
})

describe('stages that a variable may choose', () => {
  const reached = (text: string, args: Record<string, string> = {}): number[] =>
    [...reachableStages(parse(text), undefined, args)].sort()

  test('by a part of the name, where nobody knows the rest', () => {
    const text = 'FROM a AS base-amd64\nFROM b AS base-arm64\nFROM c AS other\nFROM base-${TARGETARCH}\n'
    expect(reached(text)).toEqual([0, 1, 3])
    expect(reached(text, { TARGETARCH: 'arm64' })).toEqual([1, 3])
  })

  test('by a variable alone: those that nothing else uses', () => {
    expect(reached('ARG V\nFROM a AS x\nFROM b AS y\nFROM c AS z\nFROM $V\nCOPY --from=z /z /\n')).toEqual([0, 1, 2, 3])
    expect(reached('ARG V\nFROM a AS build\nFROM b AS old\nFROM build AS more\nFROM ${V:-old}\n')).toEqual([1, 3])
  })

  test('many of them take no time', () => {
    const many = (name: string): string => `${'FROM $X AS a\n'.repeat(3000)}FROM ${name}\n`
    const started = process.cpuUsage()
    reached(many('$X'))
    reached(many('a$X'))
    expect(process.cpuUsage(started).user).toBeLessThan(3_000_000)
  })
})
