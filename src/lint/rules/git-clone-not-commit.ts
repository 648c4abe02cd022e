import { type Clone, clonesOf, type GitCommand, isCommit, isShortCommit, placeOf, readGit } from '../commands/git.ts'
import { findOption, hasOption, type Option } from '../commands/option-table.ts'
import { isRemoved, removedBy } from '../commands/removal.ts'
import { isWithin } from '../reach.ts'
import type { Draft, Rule } from '../rule.ts'
import { isShipped } from '../shipped.ts'
import type { StageView, Step, View } from '../view.ts'
import { quote } from '../wording.ts'

export const gitCloneNotCommit: Rule = {
  id: 'RG406',
  title: 'git clone without a commit',
  level: 'warning',
  class: 'drift',
  on: true,
  check: view => {
    const clones = view.steps.flatMap(step => firstOnes(clonesOf(view, step)).map(clone => ({ step, clone })))
    const choices = clones.length === 0 ? [] : view.steps.flatMap(choicesOf)
    // What is true of every kept `.git` is told once.
    let told = false
    return clones.flatMap(({ step, clone }) => {
      const later = choicesFor(view, step, clone, choices)
      const fixed = fixedAs(clone, later)
      const keeps = !told && keepsHistory(view, step, clone)
      told ||= keeps
      return fixed === 'whole' && !keeps ? [] : [draftOf({ clone, fixed, keeps, named: namedBy(clone, later) })]
    })
  },
}

type Fixed = 'whole' | 'short' | 'no'

/** `git clone x y || git clone x y`: another try for the same folder is not another clone. */
const firstOnes = (clones: Clone[]): Clone[] =>
  clones.filter(
    ({ target, address, command }, index) =>
      command.guard !== 'or' || !clones.slice(0, index).some(one => one.target === target && one.address === address),
  )

interface Found {
  clone: Clone
  /** How much of its commit is written. */
  fixed: Fixed
  /** It is the first whose `.git` folder comes into the image. */
  keeps: boolean
  /** The branch or tag it is put to; null: the default branch. */
  named: Name | null
}

type Name = Pick<Option, 'value' | 'partial'>

/** A git command that puts a repository to a commit, branch or tag. */
interface Choice {
  step: Step
  git: GitCommand
  fixed: Fixed
}

const choicesOf = (step: Step): Choice[] =>
  step.script.commands.flatMap(command => {
    const git = readGit(command)
    const puts = git !== null && /^(checkout|reset|switch|fetch|worktree|pull)$/.test(git.verb)
    return puts ? [{ step, git, fixed: chosen(git) }] : []
  })

/** Those that may be about a clone. */
const choicesFor = (view: View, step: Step, clone: Clone, choices: Choice[]): Choice[] =>
  choices.filter(
    choice =>
      choice.git.command.range.start > clone.command.range.start &&
      (choice.step.stage === step.stage || continues(choice.step.stage, step.stage)) &&
      mayBeIn(view, choice.step, choice.git, clone),
  )

function fixedAs(clone: Clone, later: Choice[]): Fixed {
  const revision = findOption(clone, '--revision')
  const own = revision === undefined ? 'no' : kindOf(revision.value, revision.partial ?? '')
  const kinds = [own, ...later.map(({ fixed }) => fixed)]
  return kinds.includes('whole') ? 'whole' : kinds.includes('short') ? 'short' : 'no'
}

/** `git checkout v1.2`, `git switch main`, `git reset --hard origin/main`: the first after it, else `--branch`. */
function namedBy(clone: Clone, later: Choice[]): Name | null {
  for (const { git } of later) {
    if (!/^(checkout|reset|switch)$/.test(git.verb)) continue
    // What follows is a file.
    if (git.command.words.some(({ value }) => value === '--')) continue
    if (git.verb === 'reset' && !git.options.some(({ name }) => name === '--hard')) continue
    const [word] = git.operands
    const name = word?.value ?? word?.partial ?? ''
    if (word !== undefined && !/^(-|\.|$)|(^|\/)(FETCH_)?HEAD\b/.test(name)) return word
  }
  return clone.branch
}

/** `checkout <commit>`, `reset --hard <commit>`, `switch --detach <commit>`, `fetch origin <commit>`. */
function chosen({ operands, options }: GitCommand): Fixed {
  const values = [...operands, ...options.filter(({ name }) => name === '--detach').map(({ word }) => word)]
  const kinds = values.map(({ value, partial }) => kindOf(value, partial))
  return kinds.includes('whole') ? 'whole' : kinds.includes('short') ? 'short' : 'no'
}

/** Unknown values may be commits, when all that is known of them may be part of one: `$COMMIT`, not `v$VERSION`. */
function kindOf(value: string | null, partial: string): Fixed {
  if (value === null) return /^[0-9a-f]*$/i.test(partial.replace(/\$\{\w+\}|\$\(…\)/g, '')) ? 'whole' : 'no'
  const name = value.replace(/^origin\//, '').replace(/[\^~:].*$/, '')
  return isCommit(name) ? 'whole' : isShortCommit(name) ? 'short' : 'no'
}

/** Whether a git command may work in a clone: where it surely stands elsewhere, it does not. */
function mayBeIn(view: View, step: Step, git: GitCommand, clone: Clone): boolean {
  if (git.command.guard === 'function' || clone.target === null) return true
  if (step.script.commands.some(({ name, words }) => name === 'popd' || (name === 'cd' && words[1]?.value === '-')))
    return true
  const place = placeOf(view, step, git)
  if (place === null || isWithin(place, clone.target)) return true
  return place.split('/').at(-1) === clone.target.split('/').at(-1)
}

function continues(stage: StageView, base: StageView): boolean {
  for (let below = stage.parent; below !== null; below = below.parent) if (below === base) return true
  return false
}

/** `.git` is in the layer at the end of the RUN, and the layer in the image. */
function keepsHistory(view: View, step: Step, { target, command }: Clone): boolean {
  if (target === null || !isShipped(view, step.stage, target)) return false
  if (step.mounts.some(({ options }) => options.target !== undefined && isWithin(target, options.target))) return false
  const removal = removedBy(step, command.range.end)
  if (isRemoved(removal, target) || isRemoved(removal, `${target}/.git`)) return false
  return !step.script.commands.some(
    ({ name, words }) =>
      name === 'mv' || words.some(({ partial }) => partial.includes('.git/') || /(^|\/)\.git$/.test(partial)),
  )
}

const history =
  'The `.git` folder that stays in the image holds the time of the clone (in its log and its index), so no two builds agree.'

function draftOf({ clone, fixed, keeps, named }: Found): Draft {
  const range = clone.command.words[0]?.range ?? clone.command.range
  const more = keeps ? ` ${history}` : ''
  if (fixed === 'whole') return { range, ...keptHistory(clone) }
  if (fixed === 'short') return { range, ...shortCommit(clone, more) }
  return { range, ...noCommit(clone, named, more) }
}

type Text = Omit<Draft, 'range'>

const keptHistory = ({ address, target }: Clone): Text => ({
  level: 'notice',
  class: 'now',
  message: `${history} The commit of ${quote(address, 120)} is fixed, its files are the same each time.`,
  fix: {
    text: 'Remove the folder in the same RUN, or let BuildKit fetch the files alone: `ADD <repository>#<commit> <folder>`.',
    snippet: `rm -rf ${target ?? '<folder>'}/.git`,
  },
})

const shortCommit = ({ address }: Clone, more: string): Text => ({
  level: 'notice',
  message: `The commit of ${quote(address, 120)} is written with its first digits only. When another commit there begins with the same ones, the build fails; and a branch or tag of that name would be taken in its place.${more}`,
  fix: { text: 'Write all 40 digits of the commit.' },
})

function noCommit(clone: Clone, named: Name | null, more: string): Text {
  const { address, target } = clone
  const asked = named?.value ?? null
  const what =
    named === null
      ? 'the newest commit of the default branch'
      : asked === null
        ? `whatever the branch or tag ${quote(named.partial ?? '')} names`
        : `whatever ${quote(asked)} names (branches move, and tags can be moved)`
  const shallow = hasOption(clone, '--depth')
    ? ' (a shallow clone has to fetch it: `git fetch --depth 1 origin <commit>`)'
    : ''
  const repository = address.endsWith('.git') || !/^https?:/.test(address) ? address : `${address}.git`
  return {
    message: `This clones ${what} of ${quote(address, 120)}. A later commit there changes the image that this commit of yours builds, and nobody is told.${more}`,
    fix: {
      text: `Check out the commit you mean, all 40 digits, in the same RUN${shallow}; or let BuildKit fetch it, without \`.git\`.`,
      snippet: `ADD ${repository}#<commit> ${target ?? '<folder>'}`,
    },
  }
}
