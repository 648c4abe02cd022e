import type { Range } from '../../../src/dockerfile/dockerfile.ts'
import { rangeOf } from '../../../src/dockerfile/logical.ts'
import { maskDockerfile } from '../../../src/dockerfile/mask.ts'
import { mountsOf } from '../../../src/dockerfile/mounts.ts'
import { parseDockerfile } from '../../../src/dockerfile/parse.ts'
import { findProblems } from '../../../src/dockerfile/problem.ts'
import { reachableStages } from '../../../src/dockerfile/reachable.ts'
import { scanDockerfile } from '../../../src/dockerfile/scan.ts'
import { expand, scopeBefore } from '../../../src/dockerfile/scope.ts'
import { commandsOf } from '../../../src/dockerfile/shell.ts'
import { stageEdges } from '../../../src/dockerfile/stage.ts'
import { promise, type Target } from '../target.ts'
import { shell, dockerfile as words } from '../words.ts'

const isIn = (inner: Range, outer: Range): boolean =>
  outer.start <= inner.start && inner.start <= inner.end && inner.end <= outer.end

export const target: Target = {
  name: 'dockerfile',
  what: 'Dockerfiles: instructions, stages, variables, the shell of RUN, with every place',
  seeds: [
    'FROM a AS b\nARG X=1\nRUN --mount=type=cache,target=/c apt-get update && echo "$X" >/x\nCOPY --from=b /a /b\n',
  ],
  files: ['from-forms', 'heredoc-flags', 'flags-quoted', 'global-args', 'escape-backtick', 'continuation-comments'].map(
    name => `__tests__/dockerfile/corpus/${name}.Dockerfile`,
  ),
  words: [...words, ...shell],
  ms: { fixed: 150, perKiB: 60 },
  run(bytes) {
    const text = bytes.toString()
    const masked = maskDockerfile(text, scanDockerfile(text))
    promise(masked.length === text.length, 'a mask keeps the length')
    const file = parseDockerfile(text, 'Dockerfile')
    findProblems(file)
    const whole = { start: 0, end: text.length }
    for (const instruction of file.instructions) {
      const { range, logical, words: own, flags, heredocs, line, endLine } = instruction
      promise(isIn(range, whole) && line <= endLine, 'an instruction stands in its file')
      promise(
        own.every(word => isIn(word.range, range)),
        'words stand in their instruction',
      )
      promise(
        flags.every(flag => isIn(flag.range, range)),
        'flags stand in their instruction',
      )
      promise(
        heredocs.every(({ body }) => isIn(body, whole)),
        'heredocs stand in their file',
      )
      for (let at = 0; at < logical.text.length; at += 1 + (logical.text.length >> 6)) {
        const place = rangeOf(logical, at, at + 1)
        promise(text.slice(place.start, place.end) === logical.text[at], 'joined lines know where they come from')
      }
      mountsOf(instruction)
      const scope = scopeBefore(file, instruction, { A: 'x' })
      for (const word of own) expand(word.raw, scope, file.escape)
      for (const { range: place, words: said } of commandsOf(file, instruction, scope).commands)
        promise(
          isIn(place, range) && said.every(word => isIn(word.range, range)),
          'commands stand in their instruction',
        )
    }
    for (const stage of file.stages) stageEdges(file, stage, { A: 'x' })
    for (const index of reachableStages(file, undefined, {}))
      promise(file.stages[index] !== undefined, 'a stage is one of the file')
  },
}
