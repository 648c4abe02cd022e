import type { VariableScope } from '../dockerfile/scope.ts'
import { commandsIn, type ShellCommand } from '../dockerfile/shell.ts'
import type { Location } from '../finding.ts'
import type { Placed, WorkflowStep } from './workflow.ts'

/** A step or command of a workflow that builds an image and pushes it. */
export interface WorkflowBuild {
  at: Location
  /** `docker/build-push-action`, `docker buildx build`. */
  by: string
  /** As written; null for Docker's own defaults. */
  file: string | null
  context: string | null
  /** Whether a bake file, which nobody here reads, may say more. */
  bake: boolean
  /** Whether it is said if provenance is wanted. */
  provenanceSaid: boolean
  epoch: boolean
  rewritesTimes: boolean
}

/** What a step builds and pushes. Builds that stay on the runner have no digest that anybody could compare. */
export function buildsOf(step: WorkflowStep): WorkflowBuild[] {
  if (step.uses !== null) return actionBuild(step, step.uses)
  return step.run === null ? [] : commandBuilds(step, step.run)
}

const epochName = 'SOURCE_DATE_EPOCH'
const noAttestations = 'BUILDX_NO_DEFAULT_ATTESTATIONS'

function actionBuild(step: WorkflowStep, uses: Placed): WorkflowBuild[] {
  const by = /^docker\/(?:build-push|bake)-action(?=@)/.exec(uses.text)?.[0]
  if (by === undefined) return []
  const input = (name: string): string => step.with.get(name)?.text ?? ''
  const bake = by === 'docker/bake-action'
  const told = `${input('outputs')}\n${input('set')}`
  const pushes = !/^(?:false)?$/i.test(input('push').trim()) || /type=registry|push=true/.test(told)
  if (!pushes) return []
  const attests = ['provenance', 'attests'].some(name => input(name).trim() !== '') || /provenance|attest/.test(told)
  return [
    {
      ...{ at: uses.placeOf(uses.text), by, bake },
      file: bake ? null : (step.with.get('file')?.text ?? null),
      context: bake ? null : (step.with.get('context')?.text ?? null),
      provenanceSaid: attests || step.hasEnv(noAttestations),
      epoch: step.hasEnv(epochName) || `${input('build-args')}\n${told}`.includes(epochName),
      rewritesTimes: told.includes('rewrite-timestamp=true'),
    },
  ]
}

/** More builds than that no step has. */
const mostBuilds = 50

function commandBuilds(step: WorkflowStep, run: Placed): WorkflowBuild[] {
  if (!/\bdocker\b/.test(run.text)) return []
  const seen = new Map<string, number>()
  return commandsIn(withoutExpressions(run.text), nothingKnown)
    .commands.flatMap(command => {
      const verb = verbOf(command)
      return verb === null ? [] : [{ command, verb }]
    })
    .slice(0, mostBuilds)
    .flatMap(({ command, verb }) => {
      const [piece = ''] = run.text.slice(command.range.start, command.range.end).split(/\\?\r?\n/, 1)
      const nth = seen.get(piece) ?? 0
      seen.set(piece, nth + 1)
      return commandBuild(step, run, { command, verb, at: run.placeOf(piece.trimEnd(), nth) })
    })
}

/** `${{ … }}` is replaced before any shell sees it: to us it is a variable, as long as it was. */
function withoutExpressions(text: string): string {
  let plain = ''
  let at = 0
  for (let start = text.indexOf('${{'); start >= 0; start = text.indexOf('${{', at)) {
    const end = text.indexOf('}}', start)
    if (end < 0) break
    plain += `${text.slice(at, start)}$${'X'.repeat(end + 1 - start)}`
    at = end + 2
  }
  return plain + text.slice(at)
}

/** The words up to the verb: `docker buildx build`; null for all that builds nothing. */
function verbOf({ name, words }: ShellCommand): string | null {
  const [, first, second] = words.map(({ partial }) => partial)
  if (name !== 'docker') return null
  if (first === 'build') return 'docker build'
  if (first !== 'buildx' && first !== 'image') return null
  return second === 'build' || (first === 'buildx' && (second === 'bake' || second === 'b'))
    ? `docker ${first} ${second}`
    : null
}

function commandBuild(
  step: WorkflowStep,
  run: Placed,
  { command, verb, at }: { command: ShellCommand; verb: string; at: Location },
): WorkflowBuild[] {
  const words = command.words.slice(verb.split(' ').length)
  const texts = words.map(({ partial }) => partial)
  const all = texts.join(' ')
  const pushes = texts.includes('--push') || texts.includes('--push=true') || /type=registry|push=true/.test(all)
  // `"${args[@]}"` or `$OPTIONS` may hold any of what is looked for.
  const open = words.some(({ raw }, at) => /^"?\$/.test(raw) && !wantsValue(texts[at - 1] ?? ''))
  if (!pushes || open) return []
  const said = (name: string): boolean => step.hasEnv(name) || run.text.includes(name)
  const bake = verb === 'docker buildx bake'
  return [
    {
      ...{ at, by: verb, bake },
      file: bake ? null : (optionValue(texts, '-f', '--file') ?? null),
      context: bake ? null : under(step.workingFolder, texts.at(-1)),
      provenanceSaid: /--(?:provenance|attest)\b|attest/.test(all) || said(noAttestations),
      epoch: said(epochName),
      rewritesTimes: all.includes('rewrite-timestamp=true'),
    },
  ]
}

/** Of those that stand alone only what people use. */
const wantsValue = (text: string): boolean =>
  /^--?[a-z][\w-]*$/.test(text) &&
  !/^(?:-q|-D|--(?:push|load|pull|quiet|rm|debug|no-cache|force-rm|squash))$/.test(text)

function optionValue(texts: string[], ...names: string[]): string | undefined {
  const at = texts.findIndex(text => names.includes(text))
  if (at >= 0) return texts[at + 1]
  const joined = texts.find(text => names.some(name => text.startsWith(`${name}=`)))
  return joined?.slice(joined.indexOf('=') + 1)
}

const under = (folder: string | null, path: string | undefined): string | null =>
  folder === null ? (path ?? null) : `${folder}/${path ?? ''}`

const nothingKnown: VariableScope = {
  get: () => undefined,
  declares: () => false,
  env: new Map(),
  args: new Map(),
}
