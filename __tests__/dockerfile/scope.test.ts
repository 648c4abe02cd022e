// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are Docker's variables

import { describe, expect, test } from '@jest/globals'
import type { Instruction, Stage } from '../../src/dockerfile/dockerfile.ts'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { expand, scopeAtEnd, scopeBefore } from '../../src/dockerfile/scope.ts'
import { expansionCases, expansionDockerfile } from './expansion.ts'

const parse = (text: string) => parseDockerfile(text, 'Dockerfile')

/** `expression` expanded where the last line of `text` stands. */
function expanded(text: string, expression: string, buildArgs: Record<string, string> = {}) {
  const dockerfile = parse(`${text}\nUSER x`)
  const last = dockerfile.instructions.at(-1) as Instruction
  return expand(expression, scopeBefore(dockerfile, last, buildArgs), dockerfile.escape)
}

function inFrom(text: string, buildArgs: Record<string, string> = {}) {
  const dockerfile = parse(text)
  const { from, base } = dockerfile.stages.at(-1) as Stage
  return expand(base?.raw ?? '', scopeBefore(dockerfile, from, buildArgs), dockerfile.escape)
}

describe('what BuildKit says (the truth test asks it)', () => {
  const dockerfile = parse(expansionDockerfile(expansionCases))
  test.each(expansionCases)('$name', ({ name, expected, unset }) => {
    const stage = dockerfile.stages.find(other => other.name === name) as Stage
    const scope = scopeAtEnd(dockerfile, stage, { GIVEN: 'from the build', OVERRIDDEN: 'new' })
    expect(scope.get('R')).toBe(unset ? undefined : expected)
  })
})

describe('FROM', () => {
  test('sees global arguments, their defaults and the build', () => {
    expect(inFrom('ARG V=3.12\nARG I=python:$V\nFROM ${I}')).toEqual({ value: 'python:3.12', resolved: true })
    expect(inFrom('ARG V=3.12\nFROM python:$V', { V: '3.13' }).value).toBe('python:3.13')
    expect(inFrom('FROM ${B:-debian:9}')).toEqual({ value: 'debian:9', resolved: true })
    expect(inFrom('FROM "x:1"').value).toBe('x:1')
    expect(inFrom('ARG V=1\nFROM a\nARG W=2\nFROM x:$V$W')).toEqual({ value: 'x:1$W', resolved: false })
  })

  test('leaves what nobody can know', () => {
    expect(inFrom('ARG B\nFROM $B')).toEqual({ value: '$B', resolved: false })
    expect(inFrom('FROM base-${TARGETARCH}')).toEqual({ value: 'base-${TARGETARCH}', resolved: false })
    expect(inFrom('FROM base-${TARGETARCH:-x}').resolved).toBe(false)
    expect(inFrom('FROM base-$TARGETARCH', { TARGETARCH: 'arm64' }).value).toBe('base-arm64')
  })
})

describe('a stage', () => {
  test('does not know what its base image has', () => {
    expect(expanded('FROM x', '$A')).toEqual({ value: '$A', resolved: false })
    expect(expanded('FROM x', '${A:-b}').resolved).toBe(false)
    expect(expanded('FROM scratch', '${A:-b}')).toEqual({ value: 'b', resolved: true })
    expect(expanded('FROM x\nENV PATH=/a:$PATH', '$PATH').resolved).toBe(false)
  })

  test('a declared argument without value takes its fallback', () => {
    expect(expanded('FROM x\nARG A', '${A:-b}')).toEqual({ value: 'b', resolved: true })
    expect(expanded('FROM x\nARG A', '$A').resolved).toBe(false)
  })

  test('platform arguments are declared, not known', () => {
    const dockerfile = parse('FROM x\nARG TARGETARCH\nUSER y')
    const scope = scopeBefore(dockerfile, dockerfile.instructions[2] as Instruction, {})
    expect(scope.declares('TARGETARCH')).toBe(true)
    expect(scope.get('TARGETARCH')).toBeUndefined()
    expect(scope.declares('TARGETOS')).toBe(false)
  })

  test('env and args, inherited, with what is unknown left in', () => {
    const dockerfile = parse('ARG G=1\nFROM x AS a\nENV P=/a:$PATH Q=1\nARG G B\nFROM a\nENV Q=2\nUSER y')
    const scope = scopeBefore(dockerfile, dockerfile.instructions.at(-1) as Instruction, {})
    expect([...scope.env]).toEqual([
      ['P', '/a:$PATH'],
      ['Q', '2'],
    ])
    expect([...scope.args]).toEqual([
      ['G', '1'],
      ['B', undefined],
    ])
  })

  test('a trigger sees what its ONBUILD sees', () => {
    const dockerfile = parse('FROM x\nENV A=1\nONBUILD RUN $A\nENV A=2')
    const { trigger } = dockerfile.instructions[2] as Instruction
    expect(scopeBefore(dockerfile, trigger as Instruction, {}).get('A')).toBe('1')
  })
})

describe('hostile variables', () => {
  test('values that double do not grow without end', () => {
    expect(expanded(`FROM scratch\nENV A=xxxxxxxx\n${'ENV A=$A$A\n'.repeat(100)}`, '$A$A$A').resolved).toBe(false)
  })

  test.each(['${', '${}', '${A', '${:x}', '${A:', '${A:-', '${A!x}', '"', "'", '${A:-"}', '${A/x}'])(
    '%s is left alone',
    text => expect(expanded('FROM scratch\nENV A=1', text)).toEqual({ value: text, resolved: false }),
  )

  test('patterns that backtrack elsewhere do not here', () => {
    const start = process.cpuUsage()
    expanded(`FROM scratch\nENV A=${'a'.repeat(3000)}`, `\${A##${'*a'.repeat(500)}b}`)
    expanded(`FROM scratch\nENV A=${'a'.repeat(3000)}`, `\${A//${'*a'.repeat(500)}b/x}`)
    expanded('FROM scratch', '${A:-'.repeat(20_000))
    expect(process.cpuUsage(start).user).toBeLessThan(3_000_000)
  })
})
