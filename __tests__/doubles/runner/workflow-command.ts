/** A workflow command as the runner reads it out of a line of output. */
export interface WorkflowCommand {
  name: string
  properties: Record<string, string>
  data: string
}

/** The commands that the runner knows (actions/runner 2.336.0). */
export const knownCommands: ReadonlySet<string> = new Set([
  ...[
    'add-mask',
    'add-matcher',
    'remove-matcher',
    'add-path',
    'set-env',
    'set-output',
    'save-state',
    'debug',
    'notice',
  ],
  ...['warning', 'error', 'group', 'endgroup', 'echo', 'stop-commands', 'internal-set-repo-path'],
])

type Escapes = readonly (readonly [plain: string, escaped: string])[]

const dataEscapes: Escapes = [
  ['\r', '%0D'],
  ['\n', '%0A'],
  ['%', '%25'],
]
const propertyEscapes: Escapes = [
  ['\r', '%0D'],
  ['\n', '%0A'],
  [':', '%3A'],
  [',', '%2C'],
  ['%', '%25'],
]
const oldEscapes: Escapes = [
  [';', '%3B'],
  ['\r', '%0D'],
  ['\n', '%0A'],
  [']', '%5D'],
  ['%', '%25'],
]

/** Reads a line as the runner does: `::name k=v::data` at its start after blanks, or `##[name k=v;]data` ANYWHERE in it. */
export function readCommand(line: string, known: ReadonlySet<string> = knownCommands): WorkflowCommand | null {
  return newForm(line.trimStart(), known) ?? oldForm(line, known)
}

function newForm(line: string, known: ReadonlySet<string>): WorkflowCommand | null {
  const end = line.startsWith('::') ? line.indexOf('::', 2) : -1
  if (end < 0) return null
  const [name, properties] = parts(line.slice(2, end), ',', propertyEscapes)
  return known.has(name)
    ? { name: name.toLowerCase(), properties, data: unescaped(line.slice(end + 2), dataEscapes) }
    : null
}

function oldForm(line: string, known: ReadonlySet<string>): WorkflowCommand | null {
  const start = line.indexOf('##[')
  const end = start < 0 ? -1 : line.indexOf(']', start)
  if (end < 0) return null
  const [name, properties] = parts(line.slice(start + 3, end), ';', oldEscapes)
  return known.has(name)
    ? { name: name.toLowerCase(), properties, data: unescaped(line.slice(end + 1), oldEscapes) }
    : null
}

function parts(info: string, separator: string, escapes: Escapes): [name: string, properties: Record<string, string>] {
  const blank = info.indexOf(' ')
  if (blank < 0) return [info, {}]
  const pairs = info
    .slice(blank + 1)
    .trim()
    .split(separator)
    .flatMap(pair => {
      const equals = pair.indexOf('=')
      return equals > 0 && equals < pair.length - 1
        ? [[pair.slice(0, equals), unescaped(pair.slice(equals + 1), escapes)]]
        : []
    })
  return [info.slice(0, blank), Object.fromEntries(pairs)]
}

const unescaped = (text: string, escapes: Escapes): string =>
  escapes.reduce((done, [plain, escaped]) => done.replaceAll(escaped, plain), text)
