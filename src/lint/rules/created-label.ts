import { type Pair, pairsOf } from '../../dockerfile/pairs.ts'
import type { FindingLevel } from '../../finding.ts'
import { ofChildren } from '../onbuild.ts'
import type { Draft, Rule } from '../rule.ts'
import { variablesIn } from '../variables.ts'
import type { StageView, Step, View } from '../view.ts'
import { listed, quote } from '../wording.ts'

export const createdLabel: Rule = {
  id: 'RG504',
  title: 'A time in the image that is not the one of the commit',
  level: 'warning',
  class: 'now',
  on: true,
  check: view =>
    shippedStages(view)
      .flatMap(stage => stage.steps)
      .flatMap(step => checkStep(view, step).map(draft => ofChildren(view, step, draft))),
}

/** Those whose labels and variables the image has: files that are copied bring none along. */
function shippedStages({ stages }: View): StageView[] {
  const shipped: StageView[] = []
  for (let stage = stages.at(-1) ?? null; stage !== null && !stage.windows; stage = stage.parent) shipped.unshift(stage)
  return shipped
}

function checkStep(view: View, step: Step): Draft[] {
  const { keyword } = step.instruction
  if (keyword !== 'LABEL' && keyword !== 'ENV') return []
  const pairs = pairsOf(step.instruction)
  const baked = keyword === 'ENV' ? pairs.filter(({ name }) => name === 'SOURCE_DATE_EPOCH').map(bakedDraft) : []
  const written = keyword === 'LABEL' ? pairs.flatMap(pair => wrongFormat(view, pair) ?? []) : []
  const dates = pairs.flatMap(pair => {
    const argument = dateArgument(view, step, pair)
    return argument === null ? [] : [{ pair, argument }]
  })
  // Several labels of one argument are one finding.
  const names = [...new Set(dates.map(({ argument }) => argument))]
  const given = names.flatMap(
    name =>
      dateDraft(
        view,
        step,
        name,
        dates.filter(({ argument }) => argument === name).map(({ pair }) => pair),
      ) ?? [],
  )
  return [...baked, ...written, ...given]
}

const standardLabel = /^org\.(opencontainers\.image\.created|label-schema\.build-date)$/

/** A label that has to be a date of RFC 3339 and is not one. */
function wrongFormat(view: View, { name, value }: Pair): Draft | null {
  if (value === null || !standardLabel.test(unquoted(name))) return null
  const isEpoch = /^["']?@?\$(SOURCE_DATE_EPOCH|\{SOURCE_DATE_EPOCH([:-][^}]*)?\})["']?$/.test(value.raw)
  const isCommand = /\$\(|`/.test(value.raw) && variablesIn(view, value.raw).length === 0
  if (!isEpoch && !isCommand) return null
  const why = isEpoch
    ? 'SOURCE_DATE_EPOCH is a number of seconds (1700000000), and this label is to be a date of RFC 3339 (2023-11-14T22:13:20Z): what reads the label cannot make a date of it'
    : 'a LABEL runs no command: the label is this text, not a date'
  return {
    range: value.range,
    level: 'notice',
    message: `${quote(unquoted(name))} is given ${quote(value.raw)}, but ${why}.`,
    fix: {
      text: "Leave the label out: with SOURCE_DATE_EPOCH the image's own `created` is right already. Or take an ARG, to which every build gives the commit's time as a date.",
      snippet: '--build-arg CREATED="$(git log -1 --format=%cI)"',
    },
  }
}

const bakedDraft = ({ name, range }: Pair): Draft => ({
  range: { start: range.start, end: range.start + name.length },
  level: 'notice',
  class: 'drift',
  message:
    'As an ENV, SOURCE_DATE_EPOCH stays in the image: every program in a running container that honours it takes this time for now, long after the build.',
  fix: {
    text: 'An ARG is enough: the RUNs below it see its value, and the image does not keep it.',
    snippet: 'ARG SOURCE_DATE_EPOCH',
  },
})

const dateName =
  /(^|_)(BUILD_?(DATE|TIME|DATETIME|TIMESTAMP|EPOCH)|BUILT(_(AT|ON))?|CREATED(_(AT|ON|DATE))?|DATE(TIME)?|TIMESTAMP|NOW)$/i
const dateKey = /(^|[._-])(build[._-]?(date|time|timestamp)|built([._-]?at)?|created([._-]?at)?)$/i

/** The ARG, meant for a date, that decides a label or variable; null when none does. */
function dateArgument(view: View, step: Step, { name, value }: Pair): string | null {
  if (value === null || !value.raw.includes('$')) return null
  const isDate = dateKey.test(unquoted(name))
  const names = variablesIn(view, value.raw).filter(one => step.scope.args.has(one) && !step.scope.env.has(one))
  return (
    names.find(one => one !== 'SOURCE_DATE_EPOCH' && (dateName.test(one) || (isDate && names.length === 1))) ?? null
  )
}

function dateDraft(view: View, { instruction }: Step, argument: string, pairs: Pair[]): Draft | null {
  const [first] = pairs
  const source = sourceOf(view, argument)
  if (first?.value == null || source === 'commit') return null
  const what = `${instruction.keyword === 'LABEL' ? 'The label' : 'The variable'}${pairs.length > 1 ? 's' : ''} ${listed(pairs.map(({ name }) => unquoted(name)))}`
  const level: FindingLevel = source === null ? 'notice' : 'warning'
  return {
    range: first.value.range,
    level,
    message: `${what} ${pairs.length > 1 ? 'hold' : 'holds'} what the build is given as ${quote(argument)}. ${source === null ? 'Where that is the time of the build, and not of the commit, two builds of one commit are two images.' : `${source}, so two builds of one commit are two images.`}`,
    fix: {
      text: "Give it the commit's time, or leave it out: `docker inspect` shows when an image was created.",
      snippet: `--build-arg ${argument}="$(git log -1 --format=%cI)"`,
    },
    count: pairs.length,
    confidence: source === null ? 'likely' : 'certain',
  }
}

const commitTime = /SOURCE_DATE_EPOCH|commit|git (log|show)|%c[IitDs]\b|\.(revision|sha)\b/i

/** Who gives the argument a time, as the beginning of a sentence; `commit` when it is the commit's; null: nobody we see. */
function sourceOf(view: View, argument: string): string | 'commit' | null {
  if (!/^\w+$/.test(argument)) return null
  const line = new RegExp(`(?:^|[\\s"'-])${argument}=([^\\n]{1,300})`, 'gm')
  let known: string | null = null
  for (const { file, text } of view.workflows) {
    for (const [, value = ''] of text.matchAll(line)) {
      // A step that asks git for the commit's time may be anywhere in the file.
      if (commitTime.test(value) || /%c[It]\b|head_commit\.timestamp/.test(text)) known ??= 'commit'
      else if (/\S/.test(value)) return `${quote(file)} gives it ${quote(value, 60)}`
    }
  }
  if (known !== null) return known
  const given = view.buildArgs[argument]
  return given !== undefined && /\d{4}-?\d\d-?\d\d|^\d{9,}$|\d\d:\d\d/.test(given)
    ? `This build gives it ${quote(given, 40)}`
    : null
}

const unquoted = (name: string): string => name.replace(/^["']|["']$/g, '')
