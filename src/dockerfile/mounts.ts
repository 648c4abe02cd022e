import type { Flag, Instruction, Range } from './dockerfile.ts'

/** One `--mount` of a RUN. */
export interface Mount {
  /** `bind` when it names none. */
  type: string
  /** By their long names: `source`, `target`, `readonly`, `readwrite`; an option without value is `true`. */
  options: Record<string, string>
  /** Of the whole flag. */
  range: Range
  flag: Flag
}

const longNames: Record<string, string> = {
  src: 'source',
  dst: 'target',
  destination: 'target',
  ro: 'readonly',
  rw: 'readwrite',
}

/** The mounts of a RUN (or of the RUN an ONBUILD triggers), in order; variables in them are left as written. */
export function mountsOf(instruction: Instruction): Mount[] {
  const run = instruction.trigger ?? instruction
  if (run.keyword !== 'RUN') return []
  return run.flags.filter(flag => flag.name === 'mount' && flag.value !== null).map(readMount)
}

function readMount(flag: Flag): Mount {
  const options = Object.fromEntries(
    splitCsv(flag.value ?? '').map(field => {
      const equals = field.indexOf('=')
      const name = (equals < 0 ? field : field.slice(0, equals)).trim().toLowerCase()
      return [longNames[name] ?? name, equals < 0 ? 'true' : field.slice(equals + 1)]
    }),
  )
  return { type: (options.type ?? 'bind').toLowerCase(), options, range: flag.range, flag }
}

/** Fields of one CSV line; a field in quotes may hold commas. */
function splitCsv(line: string): string[] {
  const fields: string[] = []
  let field = ''
  let quoted = false
  for (let at = 0; at < line.length; at++) {
    const char = line[at] as string
    if (quoted && char === '"' && line[at + 1] === '"') {
      field += char
      at++
    } else if (char === '"' && (quoted || field === '')) quoted = !quoted
    else if (char === ',' && !quoted) {
      fields.push(field)
      field = ''
    } else field += char
  }
  return [...fields, field].filter(text => text !== '')
}
