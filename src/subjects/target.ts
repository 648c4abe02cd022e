import { withoutPassword } from '../options/git-url.ts'

/** One image that a compose or bake file builds from a Dockerfile; paths as written there. */
export interface BuildTarget {
  /** `service web`, `target app`: for messages. */
  name: string
  context: string
  /** Relative to the context. */
  dockerfile: string
  target: string | undefined
  args: Record<string, string>
  contexts: Record<string, string>
}

export interface NamedTargets {
  targets: BuildTarget[]
  /** What makes the file unusable, each a sentence. */
  problems: string[]
  /** What could not be read, and so is not linted. */
  remarks: string[]
}

/** A build as it is written, before anything of it is known to be right; undefined and null: not given, or not known. */
export interface WrittenBuild {
  context: unknown
  dockerfile: unknown
  target: unknown
  args: Readonly<Record<string, unknown>>
  contexts: Readonly<Record<string, unknown>>
  inline: boolean
}

/** The build target that is written, or why there is none to read. */
export function targetOf(name: string, written: WrittenBuild): { target: BuildTarget } | { remark: string } {
  const { context = '.', dockerfile = 'Dockerfile', target } = written
  if (written.inline) return { remark: `the Dockerfile of ${name} stands in the file itself; that is not read` }
  if (typeof context !== 'string') return { remark: `the context of ${name} cannot be told` }
  if (typeof dockerfile !== 'string') return { remark: `the Dockerfile of ${name} cannot be told` }
  if (/^[a-z][a-z0-9+.-]*:\/\/|^git@|^target:/i.test(context))
    return {
      remark: `${name} is built from '${withoutPassword(context).slice(0, 80)}', which is no folder here; that is not read`,
    }
  return {
    target: {
      ...{ name, context, dockerfile, target: typeof target === 'string' && target !== '' ? target : undefined },
      args: textsOf(written.args),
      contexts: textsOf(written.contexts),
    },
  }
}

/** Those of a known value; numbers and switches as Docker writes them. */
function textsOf(values: Readonly<Record<string, unknown>>): Record<string, string> {
  const known = Object.entries(values).filter(([, value]) => ['string', 'number', 'boolean'].includes(typeof value))
  return Object.fromEntries(known.map(([name, value]) => [name, String(value)]))
}
