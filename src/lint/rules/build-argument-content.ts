import type { Range } from '../../dockerfile/dockerfile.ts'
import type { Draft, Rule } from '../rule.ts'
import { codeOf, type StageView, type Step, type View } from '../view.ts'
import { quote } from '../wording.ts'

export const buildArgument: Rule = {
  id: 'RG708',
  title: 'Content that hangs on a build argument',
  level: 'notice',
  class: 'machine',
  on: false,
  check: view =>
    view.stages
      .filter(({ reach, windows }) => reach.whole && !windows)
      .flatMap(stage => stage.steps.flatMap(step => checkStep(view, stage, step))),
}

/** BuildKit gives these, or they leave no trace in the image. */
const given =
  /^((BUILD|TARGET)(PLATFORM|OS|OSVERSION|ARCH|VARIANT)|TARGETSTAGE|SOURCE_DATE_EPOCH|BUILDKIT_.*|DEBIAN_FRONTEND|(HTTPS?|FTP|NO|ALL)_PROXY)$/i

function checkStep(view: View, stage: StageView, step: Step): Draft[] {
  const { instruction } = step
  if (instruction.keyword !== 'ARG') return []
  return instruction.words.flatMap(({ raw, range }) => {
    const name = raw
    if (!/^\w+$/.test(name) || given.test(name) || Object.hasOwn(view.buildArgs, name) || isDefaulted(view, name))
      return []
    const user = usesOf(view, stage)
      .get(name)
      ?.find(({ index }) => index > step.index)
    return user === undefined ? [] : [draftOf(name, range, user.keyword)]
  })
}

const defaults = new WeakMap<View, Set<string>>()

/** A global ARG with a default gives the stage its value. */
function isDefaulted(view: View, name: string): boolean {
  const names = defaults.get(view) ?? new Set(globalDefaults(view))
  defaults.set(view, names)
  return names.has(name)
}

const globalDefaults = ({ dockerfile }: View): string[] =>
  dockerfile.instructions
    .filter(({ keyword, stage }) => keyword === 'ARG' && stage === null)
    .flatMap(({ words }) => words.flatMap(({ raw }) => /^(\w+)=/.exec(raw)?.[1] ?? []))

type Use = { index: number; keyword: string }

const known = new WeakMap<StageView, Map<string, Use[]>>()

/** Where each variable stands in a RUN, ENV or LABEL with no default beside it. */
function usesOf(view: View, stage: StageView): Map<string, Use[]> {
  const answered = known.get(stage)
  if (answered !== undefined) return answered
  const uses = new Map<string, Use[]>()
  for (const { index, instruction } of stage.steps) {
    if (!/^(RUN|ENV|LABEL)$/.test(instruction.keyword)) continue
    for (const [, plain, braced] of codeOf(view, instruction).matchAll(/\$(?:(\w+)|\{(\w+)\})/g)) {
      const name = plain ?? braced ?? ''
      const list = uses.get(name) ?? []
      if (list.at(-1)?.index !== index) list.push({ index, keyword: instruction.keyword })
      uses.set(name, list)
    }
  }
  known.set(stage, uses)
  return uses
}

const draftOf = (name: string, range: Range, keyword: string): Draft => ({
  range,
  message: `${quote(name)} has no default, and ${keyword === 'RUN' ? 'a `RUN` works with it' : `${keyword === 'ENV' ? 'an' : 'a'} ${quote(keyword)} writes it into the image`}: who builds the same commit with another value, or with none, ${keyword === 'RUN' ? 'may get' : 'gets'} another image.`,
  fix: {
    text: 'Give it a default that is right for this commit, or keep it out of the image: what names the commit or the run belongs into a label that the release adds, or into an attestation.',
  },
})
