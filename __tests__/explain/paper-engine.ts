import type { Dockerfile } from '../../src/dockerfile/dockerfile.ts'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { lineageOf } from '../../src/explain/blame/blame.ts'
import type { Probe } from '../../src/explain/blame/probe.ts'

/** Files of a stage by the line that wrote them; the text `~` stands for what each side writes in its own way. */
export type Writes = Record<number, Record<string, string>>

/**
 * An engine of paper: it reads the probe's text, gathers what the lines before the cut wrote to the stage (and what COPY
 * --from=stage took over), and gives a digest of the paths asked for.
 */
export function paperEngine(writes: Writes, asked: string[] = []): Probe {
  return async (side, text) => {
    asked.push(text)
    const dockerfile = parseDockerfile(text, 'probe')
    const last = dockerfile.stages.at(-1)
    const wanted = last?.instructions.map(copy => ({
      stage: Number(copy.flags.find(flag => flag.name === 'from')?.value),
      path: copy.json?.[0] ?? '',
    }))
    const contents = wanted?.map(({ stage, path }) => {
      const files = filesOf(dockerfile, stage, writes)
      const plain = path.replace(/\[(.)\]/g, '$1')
      const found = [...files].filter(([name]) => name === plain || name.startsWith(`${plain}/`))
      if (found.length === 0 && plain === path) return null
      return found.map(([name, content]) => `${name}=${content.replaceAll('~', side)}`).join(',')
    })
    if (!contents || contents.some(content => content === null)) return { kind: 'absent' }
    return { kind: 'image', configDigest: contents.join(';') }
  }
}

function filesOf(dockerfile: Dockerfile, index: number, writes: Writes): Map<string, string> {
  const stage = dockerfile.stages[index]
  const files = new Map<string, string>()
  if (!stage) return files
  for (const instruction of lineageOf(dockerfile, stage, {})) {
    // What stands behind an ONBUILD is done by its trigger, in the stages that continue this one.
    if (instruction.keyword === 'ONBUILD') continue
    for (const [path, content] of Object.entries(writes[instruction.line] ?? {})) files.set(path, content)
    const from = instruction.flags.find(flag => flag.name === 'from')?.value
    const source = dockerfile.stages.find(other => other.name === from || String(other.index) === from)
    const [src, dest] = instruction.json ?? instruction.words.map(word => word.raw)
    if (!source || !src || !dest) continue
    for (const [name, content] of filesOf(dockerfile, source.index, writes))
      if (name === src && dest.endsWith('/')) files.set(dest + name.slice(name.lastIndexOf('/') + 1), content)
      else if (name === src || name.startsWith(`${src}/`))
        files.set(dest.replace(/\/$/, '') + name.slice(src.length), content)
  }
  return files
}
