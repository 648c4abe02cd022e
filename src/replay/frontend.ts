import { parseDockerfile } from '../dockerfile/parse.ts'
import { parseReference } from '../dockerfile/reference.ts'
import { shown } from './attested-request.ts'

/** What reads the Dockerfile, as the request names it: built into BuildKit, or an image that does it. */
export function frontendProblem(frontend: string, args: ReadonlyMap<string, string>): string | null {
  if (frontend === 'dockerfile.v0') return imageProblem(args.get('build-arg:BUILDKIT_SYNTAX'))
  if (frontend !== 'gateway.v0') return unknown(frontend)
  const source = args.get('source')
  return imageProblem(args.get('build-arg:BUILDKIT_SYNTAX')) ?? (source ? imageProblem(source) : unknown(frontend))
}

/** The same of a Dockerfile's own `# syntax=`, which may be another one than the request names. */
export const syntaxProblem = (text: string): string | null =>
  imageProblem(parseDockerfile(text, 'Dockerfile').directives.find(({ name }) => name === 'syntax')?.value)

/** Docker's own alone: any other image may make of a Dockerfile whatever it likes, and what it does is not known. */
function imageProblem(named: string | undefined): string | null {
  if (named === undefined || named === '') return null
  const reference = parseReference(named.split(' ', 1)[0] as string)
  const isOnHub = reference?.registry === null || reference?.registry === 'docker.io'
  return isOnHub && /^docker\/dockerfile(?:-upstream)?$/.test(reference?.repository ?? '') ? null : unknown(named)
}

const unknown = (named: string): string =>
  `The frontend ${shown(named)} is none that is known here: only Docker's own (docker/dockerfile) is replayed.`
