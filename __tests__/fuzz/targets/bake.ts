import { readBakeHcl, readBakeJson, targetsIn } from '../../../src/subjects/bake-file.ts'
import { askedIn, printedTargets } from '../../../src/subjects/baked-target.ts'
import { interpolate } from '../../../src/subjects/interpolate.ts'
import type { Target } from '../target.ts'
import { json } from '../words.ts'

export const target: Target = {
  name: 'bake',
  what: 'bake files, as HCL and as JSON, and what bake prints',
  seeds: [
    'variable "V" { default = "1" }\ngroup "default" { targets = ["a", "b"] }\ntarget "b" {\n  context = "./${V}"\n  args = { A = "x", "B" = null }\n}\ntarget "a" {\n  inherits = ["b"]\n  dockerfile = <<EOT\nx\nEOT\n  // c\n  /* d */ tags = [for x in y : x]\n}\n',
    '{"group":{"default":{"targets":["a"]}},"variable":{"V":{"default":"1"}},"target":{"a":{"context":".","dockerfile":"D","args":{"A":"${V}"},"inherits":["a"],"platforms":["linux/amd64"],"contexts":{"x":"target:a"},"output":["type=docker"]}}}',
  ],
  words: [
    ...json,
    'target "a" {\n',
    '}\n',
    'group "default" {',
    'variable "V" {',
    'default = ',
    'inherits = ["a"]',
    '${V}',
    '${',
    '%{if x}',
    '%{',
    '<<EOT\n',
    '<<-EOT\n',
    'EOT\n',
    '/*',
    '*/',
    '//',
    '# ',
    ' = ',
    '"inherits":',
    '"args":',
    '"contexts":',
    '"target:a"',
    '"matrix":',
    'function "f" {',
    '?',
    ':',
    '=>',
  ],
  ms: { fixed: 150, perKiB: 100 },
  run(bytes) {
    const text = bytes.toString()
    targetsIn(readBakeHcl(text, { V: 'y' }))
    targetsIn(readBakeJson(text, { V: 'y' }))
    interpolate(text, { V: '$V' })
    let printed: unknown = null
    try {
      printed = JSON.parse(text)
    } catch {
      return
    }
    printedTargets(printed)
    askedIn(printed)
  },
}
