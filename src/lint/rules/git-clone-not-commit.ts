import { type Clone, clonesOf, type GitCommand, isCommit, placeOf, readGit } from '../commands/git.ts'
import { findOption, hasOption } from '../commands/option-table.ts'
import { isRemoved, removedBy } from '../commands/removal.ts'
import { carries, isWithin } from '../reach.ts'
import type { Draft, Rule } from '../rule.ts'
import type { StageView, Step, View } from '../view.ts'
import { quote } from '../wording.ts'

export const gitCloneNotCommit: Rule = {
  id: 'RG406',
  title: 'git clone without a commit',
  level: 'warning',
  class: 'drift',
  on: true,
  check: view => {
    const clones = view.steps.flatMap(step => clonesOf(view, step).map(clone => ({ step, clone })))
    const choices = clones.length === 0 ? [] : view.steps.flatMap(choicesOf)
    const found = clones.flatMap(({ step, clone }) => checkClone(view, step, clone, choices) ?? [])
    // What is true of every kept `.git` is told once.
    const first = found.find(({ keeps }) => keeps)
    return found
      .filter(({ fixed, keeps }) => !fixed || (keeps && first?.fixed))
      .flatMap(one => draftOf(one, one === first))
  },
}

interface Found {
  clone: Clone
  /** Its commit is fixed. */
  fixed: boolean
  /** Its `.git` folder comes into the image. */
  keeps: boolean
}

/** A git command that puts a repository to a commit. */
interface Choice {
  step: Step
  git: GitCommand
}

const choicesOf = (step: Step): Choice[] =>
  step.script.commands.flatMap(command => {
    const git = readGit(command)
    return git !== null && choosesCommit(git) ? [{ step, git }] : []
  })

function checkClone(view: View, step: Step, clone: Clone, choices: Choice[]): Found | null {
  const fixed = isFixed(view, step, clone, choices)
  const keeps = keepsHistory(step, clone)
  return fixed && !keeps ? null : { clone, fixed, keeps }
}

function isFixed(view: View, step: Step, clone: Clone, choices: Choice[]): boolean {
  const revision = findOption(clone, '--revision')
  if (revision !== undefined && namesCommit(revision.value)) return true
  return choices.some(
    choice =>
      choice.git.command.range.start > clone.command.range.start &&
      (choice.step.stage === step.stage || continues(choice.step.stage, step.stage)) &&
      mayBeIn(view, choice.step, choice.git, clone),
  )
}

/** Unknown values may be commits. */
const namesCommit = (value: string | null): boolean => value === null || isCommit(value.replace(/^origin\//, ''))

/** `checkout <commit>`, `reset --hard <commit>`, `switch --detach <commit>`, `fetch origin <commit>`. */
function choosesCommit({ verb, operands, options }: GitCommand): boolean {
  if (!/^(checkout|reset|switch|fetch|worktree|pull)$/.test(verb)) return false
  // `checkout -b name <commit>` has the name as the value of its option.
  const values = [...operands, ...options.filter(({ name }) => name === '--detach').map(({ word }) => word)]
  return values.some(({ value, partial }) =>
    value === null ? /\$/.test(partial) : isCommit(value) || /^[0-9a-f]{40}[\^~:]/.test(value),
  )
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

const continues = (stage: StageView, base: StageView): boolean =>
  stage.parent !== null && (stage.parent === base || continues(stage.parent, base))

/** `.git` is in the layer at the end of the RUN, and the layer in the image. */
function keepsHistory(step: Step, { target, command }: Clone): boolean {
  if (target === null || !carries(step.stage.reach, target)) return false
  if (step.mounts.some(({ options }) => options.target !== undefined && isWithin(target, options.target))) return false
  const removal = removedBy(step, command.range.end)
  if (isRemoved(removal, target) || isRemoved(removal, `${target}/.git`)) return false
  return !step.script.commands.some(
    ({ name, words }) =>
      name === 'mv' || words.some(({ partial }) => partial.includes('.git/') || /(^|\/)\.git$/.test(partial)),
  )
}

function draftOf({ clone, fixed, keeps }: Found, first: boolean): Draft[] {
  const range = clone.command.words[0]?.range ?? clone.command.range
  const history =
    'The `.git` folder that stays in the image holds the time of the clone (in its log and its index), so no two builds agree.'
  if (fixed) {
    return [
      {
        range,
        level: 'notice',
        class: 'now',
        message: `${history} The commit of ${quote(clone.address, 120)} is fixed, its files are the same each time.`,
        fix: {
          text: 'Remove the folder in the same RUN, or let BuildKit fetch the files alone: `ADD <repository>#<commit> <folder>`.',
          snippet: `rm -rf ${clone.target ?? '<folder>'}/.git`,
        },
      },
    ]
  }
  const { branch, address } = clone
  const asked = branch?.value ?? null
  const what =
    branch === null
      ? 'the newest commit of the default branch'
      : asked === null
        ? `whatever the branch or tag ${quote(branch.partial ?? '')} names`
        : `whatever ${quote(asked)} names (branches move, and tags can be moved)`
  return [
    {
      range,
      message: `This clones ${what} of ${quote(address, 120)}. A later commit there changes the image that this commit of yours builds, and nobody is told.${keeps && first ? ` ${history}` : ''}`,
      fix: {
        text: `Check out the commit you mean, all 40 digits, in the same RUN${hasOption(clone, '--depth') ? ' (a shallow clone has to fetch it: `git fetch --depth 1 origin <commit>`)' : ''}; or let BuildKit fetch it, without \`.git\`.`,
        snippet: `ADD ${address.endsWith('.git') || !/^https?:/.test(address) ? address : `${address}.git`}#<commit> ${clone.target ?? '<folder>'}`,
      },
    },
  ]
}
