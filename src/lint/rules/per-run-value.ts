import type { Range } from '../../dockerfile/dockerfile.ts'
import { pairsOf } from '../../dockerfile/pairs.ts'
import { perRun } from '../per-run.ts'
import type { Draft, Rule } from '../rule.ts'
import { codeOf, type StageView, type Step, type View } from '../view.ts'
import { listed, quote } from '../wording.ts'

export const perRunValue: Rule = {
  id: 'RG709',
  title: 'A value of this run, not of the commit, is given to the build',
  level: 'warning',
  class: 'drift',
  on: true,
  check: view => [
    ...givenArguments(view),
    ...givenPairs(view, 'label', view.labels),
    ...givenPairs(view, 'annotation', view.annotations),
  ],
}

/** BuildKit's own, and what leaves no trace in the image. */
const ours = /^(SOURCE_DATE_EPOCH|BUILDKIT_.*|(HTTPS?|FTP|NO|ALL)_PROXY)$/i

function givenArguments(view: View): Draft[] {
  const told = new Set<string>()
  return view.stages
    .filter(({ windows }) => !windows)
    .flatMap(stage =>
      stage.steps.flatMap(step => {
        if (step.instruction.keyword !== 'ARG') return []
        return step.instruction.words.flatMap(({ raw, range }) => {
          const name = /^\w+/.exec(raw)?.[0] ?? ''
          if (name === '' || ours.test(name) || told.has(name) || !hasEffect(view, stage, step, name)) return []
          const what = whatIsGiven(view, name)
          if (what === null) return []
          told.add(name)
          return [argumentDraft(name, { start: range.start, end: range.start + name.length }, what)]
        })
      }),
    )
}

/** In a stage that is shipped the history has every ARG with its value; elsewhere something has to work with it. */
const hasEffect = (view: View, stage: StageView, step: Step, name: string): boolean =>
  stage.reach.whole ||
  (stage.reach.copied.length > 0 &&
    stage.steps.some(
      ({ index, instruction }) =>
        index > step.index && new RegExp(`\\$(${name}\\b|\\{${name}\\b)`).test(codeOf(view, instruction)),
    ))

/** As the end of a sentence; null: nothing of a run, as far as one sees. */
function whatIsGiven({ buildArgs, run, workflows }: View, name: string): string | null {
  const value = Object.hasOwn(buildArgs, name) ? buildArgs[name] : undefined
  const what = value === undefined || run === null ? null : perRun(name, value, run)
  if (what !== null) return `this build gives it ${quote(value ?? '', 60)}, and that is ${what}`
  const line = new RegExp(
    `(?:^|[\\s"'-])${name}=([^\\n]{0,200}?\\$\\{\\{ *github\\.run_(id|number|attempt)\\b[^\\n]{0,100})`,
    'm',
  )
  for (const { file, text } of workflows) {
    const [, given, kind] = line.exec(text.slice(0, 500_000)) ?? []
    if (given !== undefined) return `${quote(file)} gives it ${quote(given, 60)}, and that is the ${kind} of the run`
  }
  return null
}

const argumentDraft = (name: string, range: Range, what: string): Draft => ({
  range,
  message: `${quote(name)} comes into the image, and ${what}. Both builds here had the same value, so they may agree; the next run of the same commit has another one, and gives another image.`,
  fix: {
    text: 'Give the build what belongs to the commit: its id, its time, a version. What belongs to the run is kept outside of the image: in an attestation, in an annotation of the pushed index, or in a tag.',
    snippet: `--build-arg ${name}="$(git log -1 --format=%cI)"`,
  },
})

/** Labels and annotations that the build is given, and not the Dockerfile; one finding for all of a kind. */
function givenPairs(view: View, kind: 'label' | 'annotation', pairs: readonly string[]): Draft[] {
  const { run } = view
  const last = view.stages.at(-1)
  if (run === null || last === undefined) return []
  const found = new Map<string, { range: Range; names: string[]; value: string }>()
  for (const label of pairs.map(pair => pair.replace(/^manifest:/, ''))) {
    const equals = label.indexOf('=')
    const [name, value] = [label.slice(0, equals), label.slice(equals + 1)]
    const what = equals > 0 ? perRun(name, value, run) : null
    if (what === null) continue
    const range =
      (kind === 'label' ? labelOf(last, name) : null) ?? last.stage.base?.range ?? last.stage.from.keywordRange
    const key = `${what} ${range.start}`
    const known = found.get(key)
    if (known) known.names.push(name)
    else found.set(key, { range, names: [name], value: `${quote(value, 60)}: ${what}` })
  }
  return [...found.values()].map(({ range, names, value }) => ({
    range,
    count: names.length,
    message: `The ${kind}${names.length > 1 ? 's' : ''} ${listed(names)} that this build is given ${names.length > 1 ? 'have' : 'has'} ${value}. Both builds here had the same, so they may agree; the next run of the same commit has another one, and gives another image.`,
    fix: {
      text: `Leave the ${kind} out, or give it the commit's own value; docker/metadata-action gives the time of the run unless the ${kind} is named with a value.`,
      snippet: 'org.opencontainers.image.created=${{ github.event.head_commit.timestamp }}',
    },
  }))
}

/** The Dockerfile's own LABEL of that name, which is overridden. */
function labelOf({ steps }: StageView, name: string): Range | null {
  for (const { instruction } of steps.toReversed()) {
    if (instruction.keyword !== 'LABEL') continue
    const pair = pairsOf(instruction).find(one => one.name.replace(/^["']|["']$/g, '') === name)
    if (pair) return pair.range
  }
  return null
}
