import { existsSync, readFileSync } from 'node:fs'
import { registerLogger, validate } from '@actions/languageservice'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { parse } from 'yaml'

/** What GitHub's own editor extension says of a file: the line (1-based) and its words. */
export interface Problem {
  readonly line: number
  readonly message: string
}

type Services = NonNullable<Parameters<typeof validate>[1]>

const OURS = 'repro-gate'
const root = new URL('../', import.meta.url)
const ourAction = parse(readFileSync(new URL('action.yml', root), 'utf8'))

// The service logs what it could not do and calls the file clean.
const giveUp = (message: string): never => {
  throw new Error(message)
}
registerLogger({ error: giveUp, warn: giveUp, info: () => {}, log: () => {} })

const services = (missing: (path: string) => void): Services => ({
  actionsMetadataProvider: {
    // Of foreign actions nothing is fetched, so nothing is said of their inputs.
    fetchActionMetadata: async ({ owner, name, path }) =>
      owner === OURS && name === OURS && path === undefined ? ourAction : { name, description: '' },
  },
  fileProvider: {
    getFileContent: async reference => {
      if ('owner' in reference && reference.owner !== OURS) throw new Error('foreign')
      const file = new URL(reference.path, root)
      if (!existsSync(file)) missing(reference.path)
      return { name: reference.path, content: readFileSync(file, 'utf8') }
    },
  },
})
// Ours that is not there is told by its name; of a foreign one nothing is known.
const NOT_READ = 'Unable to find reusable workflow'

let documents = 0

const problemsOf = async (text: string, name: string): Promise<readonly Problem[]> => {
  const missing: Problem[] = []
  // Never the same name twice: the service remembers what it read under a name.
  documents += 1
  const found = await validate(
    TextDocument.create(`file:///${documents}/${name}`, 'yaml', 1, text),
    services(path => missing.push({ line: 1, message: `There is no ${path} in this repository` })),
  )
  return [
    ...missing,
    ...found.map(({ range, message }) => ({
      line: range.start.line + 1,
      message: typeof message === 'string' ? message : message.value,
    })),
  ]
    .filter(({ message }) => message !== NOT_READ)
    .sort((a, b) => a.line - b.line)
}

/** `uses: ./` and `./repro-gate` are our own action; the service checks inputs of published ones only. */
const published = (workflow: string): string =>
  workflow.replace(/(\buses:\s+)\.\/(?:repro-gate)?(?=\s|$)/g, `$1${OURS}/${OURS}@v0`)

/**
 * Problems of a workflow file, as GitHub's own language service sees them: syntax, expressions, contexts, events, cron, and the
 * inputs given to our own action and our own reusable workflows. Inputs of foreign actions are not checked: nothing is fetched.
 */
export const workflowProblems = (text: string): Promise<readonly Problem[]> =>
  problemsOf(published(text), '.github/workflows/workflow.yml')

/** Problems of an action.yml, as GitHub's own language service sees them. */
export const actionProblems = (text: string): Promise<readonly Problem[]> => problemsOf(text, 'action.yml')
