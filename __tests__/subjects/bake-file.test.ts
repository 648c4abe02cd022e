import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { readBakeHcl, readBakeJson, targetsIn } from '../../src/subjects/bake-file.ts'

const hcl = (text: string, environment: Record<string, string> = {}) => targetsIn(readBakeHcl(text, environment))
const plain = { context: '.', dockerfile: 'Dockerfile', target: undefined, args: {}, contexts: {} }

// The file of Docker's own documentation of bake, its comments and functions with it.
const documented = `# docker-bake.hcl
variable "TAG" {
  default = "latest"
}
variable "GO" { default = "1.22" }

group "default" {
  targets = ["webapp", "db"]
}

/* a comment
   target "no" {} */
target "_common" {
  args = { GO_VERSION = GO, BUILDKIT_CONTEXT_KEEP_GIT_DIR = 1 }
  platforms = ["linux/amd64", "linux/arm64"]
}

target "webapp" {
  inherits = ["_common", "docker-metadata-action"]
  context = "web" // here
  dockerfile = "Dockerfile.\${TAG}"
  target = "release"
  tags = [
    "docker.io/user/app:\${TAG}",
    notequal("",TAG) ? "x:\${TAG}" : "",
  ]
  args = {
    "VERSION" = "v\${TAG}-\${GO}"
    QUOTED: "a\\"b $\${c}"
    unknown = upper(TAG)
  }
  contexts = {
    base = "docker-image://alpine"
  }
}

target "db" {
  dockerfile-inline = <<EOT
FROM alpine
target "inside" {
EOT
  output = [for o in ["a"] : o]
}
target "docker-metadata-action" {}
target "other" { context = GIT ? "a" : "b" }
`

describe('a bake file in HCL', () => {
  test('as documented', () => {
    expect(hcl(documented)).toEqual({
      problems: [],
      remarks: [
        'the Dockerfile of target db stands in the file itself; that is not read',
        'the context of target other cannot be told',
      ],
      targets: [
        {
          ...{ name: 'target webapp', context: 'web', dockerfile: 'Dockerfile.latest', target: 'release' },
          args: {
            ...{ GO_VERSION: '1.22', BUILDKIT_CONTEXT_KEEP_GIT_DIR: '1' },
            ...{ VERSION: 'vlatest-1.22', QUOTED: 'a"b ${c}' },
          },
          contexts: { base: 'docker-image://alpine' },
        },
      ],
    })
  })
  test('variables of the environment go before the defaults of those that the file has', () => {
    const text =
      'variable "V" { default = "a" }\ntarget "t" { dockerfile = "${V}-${V}" }\ntarget "u" { dockerfile = HOME }\n'
    const { targets, remarks } = hcl(text, { V: 'b', HOME: '/root' })
    expect(targets).toEqual([{ ...plain, name: 'target t', dockerfile: 'b-b' }])
    expect(remarks).toHaveLength(1)
  })
  test('what is inherited is merged, the last base first, and in a circle it ends', () => {
    const text = `target "a" { context = "a", dockerfile = "A" }
target "b" {
  context = "b"
  args = { X = "b", Y = "b" }
  inherits = ["c"]
}
target "c" {
  inherits = ["b"]
  args = { Z = "c" }
}
target "d" {
  inherits = ["a", "b"]
  args = { X = "d" }
}`
    expect(hcl(text).targets).toEqual([
      { ...plain, name: 'target d', context: 'b', dockerfile: 'A', args: { X: 'd', Y: 'b', Z: 'c' } },
    ])
  })
  test('groups build what they list, whatever its name; bases alone are not built', () => {
    const text =
      'group "x" { targets = ["_a", "b"] }\ntarget "_a" {}\ntarget "b" {}\ntarget "c" { inherits = ["b"] }\ntarget "_d" {}'
    expect(hcl(text).targets.map(({ name }) => name)).toEqual(['target _a', 'target b', 'target c'])
  })
  test('addresses are no folders', () => {
    const { targets, remarks } = hcl(
      'target "a" { context = "https://github.com/o/r.git" }\ntarget "b" { context = "cwd://sub" }',
    )
    expect(remarks).toEqual([expect.stringContaining('target a is built from')])
    expect(targets).toEqual([{ ...plain, name: 'target b', context: './sub' }])
  })
  test('no text stops it, and none takes long', () => {
    const pieces = fc.constantFrom(
      ...[
        'target',
        'variable',
        '"a"',
        '"${a}"',
        '{',
        '}',
        '[',
        ']',
        '(',
        '=',
        ':',
        ',',
        '\n',
        ' ',
        '<<E\n',
        '/*',
        '*/',
        '#',
        '"',
        '${',
        'a',
        '1',
        'inherits',
        '__proto__',
        'default',
      ],
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), parts => void hcl(parts.join(' '))),
      { numRuns: 500 },
    )
    fc.assert(fc.property(fc.string(), text => void hcl(text)))
    const start = process.cpuUsage()
    for (const text of ['[', '{', '"${', 'target "a" {', 'a = [', '/*', '<<E\n', '"', 'target "a" { x = [{'])
      hcl(text.repeat(100_000 / text.length))
    const chain = Array.from(
      { length: 20_000 },
      (_, at) => `target "t${at}" { inherits = ["t${at + 1}", "t${at + 2}"] }`,
    )
    hcl(chain.join('\n'))
    const laughs = Array.from(
      { length: 40 },
      (_, at) => `variable "v${at}" { default = "${`\${v${at + 1}}`.repeat(10)}" }`,
    )
    hcl(`${laughs.join('\n')}\nvariable "v40" { default = "ha" }\ntarget "t" { context = v0 }`)
    // Brackets that do not match, within each other.
    const open = '  a = { A = "x"]\n'.repeat(60)
    hcl(`target "b" {\n${open}  a = { A ]\n${open}`)
    expect(process.cpuUsage(start).user).toBeLessThan(5_000_000)
  })
})

describe('a bake file in JSON', () => {
  test('is read, as what bake prints is', () => {
    const text = JSON.stringify({
      group: { default: { targets: ['app'] } },
      target: { app: { context: 'a', dockerfile: 'D', args: { A: '1', B: null }, 'cache-from': [{ type: 'gha' }] } },
    })
    expect(targetsIn(readBakeJson(text, {})).targets).toEqual([
      { ...plain, name: 'target app', context: 'a', dockerfile: 'D', args: { A: '1' } },
    ])
  })
  test('is HCL all the same: its strings are templates', () => {
    const text = JSON.stringify({
      variable: { TAG: { default: '1' } },
      target: { app: { dockerfile: 'D.${TAG}', args: { A: '$${TAG}', B: 'a"\\b', C: '${upper(TAG)}' } } },
    })
    expect(targetsIn(readBakeJson(text, {})).targets).toEqual([
      { ...plain, name: 'target app', dockerfile: 'D.1', args: { A: '${TAG}', B: 'a"\\b' } },
    ])
    expect(targetsIn(readBakeJson(text, { TAG: '2' })).targets).toMatchObject([{ dockerfile: 'D.2' }])
  })
  test('of any depth is read', () => {
    const deep = `{"target":{"a":{"args":${'['.repeat(200_000)}${']'.repeat(200_000)}}}}`
    expect(targetsIn(readBakeJson(deep, {})).targets).toHaveLength(1)
  })
  test('that is no JSON is a problem', () => {
    expect(targetsIn(readBakeJson('{', {})).problems).toEqual([expect.stringContaining('no JSON')])
    for (const text of ['null', '[]', '7', '{"target":[1]}', '{"target":{"__proto__":1}}', '{"target":{"a":7}}'])
      expect(targetsIn(readBakeJson(text, {})).problems).toEqual([])
  })
})
