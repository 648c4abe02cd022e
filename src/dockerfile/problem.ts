import type { Dockerfile, Instruction, Range } from './dockerfile.ts'
import { refusedFlag } from './flag.ts'

type Problem = Dockerfile['problems'][number]

const keywords = [
  'ADD',
  'ARG',
  'CMD',
  'COPY',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'FROM',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'ONBUILD',
  'RUN',
  'SHELL',
  'STOPSIGNAL',
  'USER',
  'VOLUME',
  'WORKDIR',
]

/** What BuildKit would refuse in the instructions of a file, as far as it can be seen without building. */
export function findProblems(dockerfile: Dockerfile): Problem[] {
  const problems: Problem[] = []
  for (const instruction of dockerfile.instructions) {
    for (const message of refusals(instruction)) problems.push({ range: instruction.keywordRange, message })
  }
  if (dockerfile.instructions.length === 0) problems.push({ range: start, message: 'file with no instructions' })
  else if (dockerfile.stages.length === 0) problems.push({ range: start, message: 'no FROM: no stage to build' })
  return problems
}

const start: Range = { start: 0, end: 0 }

function refusals(instruction: Instruction): string[] {
  const { keyword, trigger } = instruction
  if (!keywords.includes(keyword)) return [`unknown instruction: ${keyword.slice(0, 40)}`]
  const found: string[] = []
  if (instruction.stage === null && keyword !== 'ARG') found.push(`${keyword} before the first FROM`)
  const message = refusedFlag(instruction) ?? refusal(instruction)
  if (message !== null) found.push(message)
  if (keyword !== 'ONBUILD') return found
  if (trigger === null) found.push('ONBUILD requires at least one argument')
  // Any other trigger is looked at only where it runs.
  else if (['ONBUILD', 'FROM', 'MAINTAINER'].includes(trigger.keyword)) {
    found.push(`${trigger.keyword} isn't allowed as an ONBUILD trigger`)
  }
  return found
}

/** What is wrong with the operands, if anything. */
function refusal({ keyword, words, json }: Instruction): string | null {
  switch (keyword) {
    case 'FROM':
      return refusedFrom(words.map(word => word.raw))
    case 'ENV':
    case 'LABEL':
      return refusedPairs(
        keyword,
        words.map(word => word.raw),
      )
    case 'ARG':
      if (words.length === 0) return 'ARG requires at least one argument'
      return words.some(word => word.raw.startsWith('=')) ? 'ARG names can not be blank' : null
    case 'ADD':
    case 'COPY':
      return (json ?? words).length < 2 ? `${keyword} requires at least two arguments` : null
    case 'WORKDIR':
    case 'USER':
    case 'STOPSIGNAL':
    case 'MAINTAINER':
      return words.length === 0 ? `${keyword} requires exactly one argument` : null
    case 'EXPOSE':
    case 'VOLUME':
      return (json ?? words).length === 0 ? `${keyword} requires at least one argument` : null
    case 'SHELL':
      return json === null || json.length === 0 ? 'SHELL requires the arguments to be in JSON form' : null
    case 'HEALTHCHECK':
      return refusedHealthcheck(
        words.map(word => word.raw),
        json,
      )
    default:
      return null
  }
}

function refusedFrom(words: string[]): string | null {
  if (words.length !== 1 && !(words.length === 3 && words[1]?.toLowerCase() === 'as')) {
    return 'FROM requires either one or three arguments'
  }
  const name = words[2]?.toLowerCase()
  return name === undefined || /^[a-z][a-z0-9-_.]*$/.test(name)
    ? null
    : `invalid name for build stage: ${name.slice(0, 40)}`
}

function refusedPairs(keyword: string, words: string[]): string | null {
  const first = words[0]
  if (first === undefined) return `${keyword} requires at least one argument`
  if (!first.includes('=')) return words.length < 2 ? `${keyword} must have two arguments` : null
  if (words.some(word => word.startsWith('='))) return `${keyword} names can not be blank`
  return words.every(word => word.includes('=')) ? null : `${keyword} must be of the form: name=value`
}

function refusedHealthcheck(words: string[], json: string[] | null): string | null {
  const type = words[0]?.toUpperCase()
  if (type === undefined) return 'HEALTHCHECK requires at least one argument'
  const command = json !== null ? json.length > 0 : words.length > 1
  if (type === 'NONE') return command ? 'HEALTHCHECK NONE takes no arguments' : null
  if (type !== 'CMD') return `unknown type ${type.slice(0, 20)} in HEALTHCHECK (try CMD)`
  return command ? null : 'missing command after HEALTHCHECK CMD'
}
