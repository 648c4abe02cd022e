import type { Stage } from '../../dockerfile/dockerfile.ts'
import { stageEdges } from '../../dockerfile/stage.ts'
import type { Draft, Rule } from '../rule.ts'
import type { View } from '../view.ts'
import { quote } from '../wording.ts'

export const stageUnused: Rule = {
  id: 'RG707',
  title: 'Stage that nothing uses',
  level: 'notice',
  class: 'drift',
  on: false,
  check: view => (buildsLast(view) ? unusedStages(view).map(draftOf) : []),
}

/** With another target than the last stage the other stages are targets as well, and nobody's business. */
const buildsLast = ({ dockerfile, stages }: View): boolean =>
  stages.length > 0 && stages.at(-1)?.stage === dockerfile.stages.at(-1)

/** Not in the build, and in no other stage that may be a target of its own. */
function unusedStages({ dockerfile, stages, buildArgs }: View): Stage[] {
  const seen = new Set(stages.map(({ stage }) => stage))
  const left = dockerfile.stages.filter(stage => !seen.has(stage))
  if (left.length === 0) return []
  const edges = dockerfile.stages.flatMap(stage => stageEdges(dockerfile, stage, { ...buildArgs }))
  const written = dockerfile.stages.map(({ base }) => base?.raw ?? '').filter(raw => raw.includes('$'))
  const values = edges.map(({ reference }) => reference.value).filter(value => value.includes('$'))
  const references = [...new Set([...written, ...values])]
  const used = new Set(edges.map(({ target }) => target))
  return left.filter(
    stage =>
      !used.has(stage) &&
      // `FROM scratch AS binaries`: what `--output` takes out.
      stage.base?.raw !== 'scratch' &&
      !ownTargets.test(stage.name ?? '') &&
      !references.some(reference => mayBe(reference, stage.name ?? '')),
  )
}

/** Names people give to what they build by `--target`. */
const ownTargets =
  /(^|[-_.])(tests?|testing|dev|devel|develop|development|debug|lint|docs?|ci|prod|production|release|runtime|local|e2e|coverage|export|artifacts?|check|vendor|validate|update|devcontainer)([-_.]|$)/

/** Whether `base-${X}` may be a name. */
function mayBe(reference: string, name: string): boolean {
  const fixed = reference.replace(/^["']|["']$/g, '').split(/\$\{[^}]*\}|\$\w+/)
  const lower = fixed.map(part => part.toLowerCase())
  const [first = '', last = ''] = [lower[0], lower.at(-1)]
  return name.startsWith(first) && name.endsWith(last)
}

function draftOf({ base, from, name, index }: Stage): Draft {
  const called = name === null ? `Stage ${index}` : `The stage ${quote(name)}`
  return {
    range: base?.range ?? from.keywordRange,
    message: `${called} is in no way part of the last stage, which is what a build without \`--target\` builds: BuildKit leaves it out, and so does this lint. What is wrong in it stays unseen until someone builds it by name.`,
    fix: { text: 'Remove the stage; or, if it is a target of its own, build and check it with `--target`.' },
  }
}
