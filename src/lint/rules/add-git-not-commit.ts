import { type AddSource, addSourcesOf, canTakeChecksum, isGitAddress } from '../add-source.ts'
import { isCommit, isShortCommit } from '../commands/git.ts'
import type { Draft, Rule } from '../rule.ts'
import type { Step, View } from '../view.ts'
import { quote } from '../wording.ts'

export const addGitNotCommit: Rule = {
  id: 'RG405',
  title: 'ADD of a Git repository without a commit',
  level: 'warning',
  class: 'drift',
  on: true,
  check: view => view.stages.flatMap(stage => stage.steps.flatMap(step => checkStep(view, step))),
}

/** Which state of a repository an address asks for. */
interface Asked {
  repository: string
  /** The branch, tag or commit; empty: the default branch. */
  ref: string
  /** The commit it must be, as far as it is written. */
  commit: string | null
}

function checkStep(view: View, step: Step): Draft[] {
  const { instruction } = step
  const flag = instruction.flags.find(({ name }) => name === 'checksum')
  const sources = addSourcesOf(view, step)
  const found = sources.filter(({ address }) => isGitAddress(address))
  return found.flatMap(source => {
    const asked = askedOf(source.address)
    const commit = flag === undefined ? asked.commit : (flag.value ?? '')
    if (commit?.includes('$') || isCommit(commit ?? asked.ref) || (commit === null && asked.ref.includes('$')))
      return []
    if (isCommit(asked.ref)) return []
    const short = commit ?? asked.ref
    if (isShortCommit(short)) return [tooShort(source, short)]
    return [commit === null || commit === '' ? notFixed(view, step, source, asked) : tooShort(source, commit)]
  })
}

/** `repo.git#ref:folder`, `repo.git?ref=…&subdir=…`, `?branch=`, `?tag=`, and `?commit=` or `?checksum=` for what it must be. */
function askedOf(address: string): Asked {
  const [, repository = address, query = '', fragment = ''] = /^([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(address) ?? []
  const asked = new Map(query.split('&').map(pair => [pair.split('=')[0] ?? '', pair.slice(pair.indexOf('=') + 1)]))
  const ref = fragment.split(':')[0] || asked.get('ref') || asked.get('branch') || asked.get('tag') || ''
  return { repository, ref, commit: asked.get('commit') ?? asked.get('checksum') ?? null }
}

function notFixed(view: View, step: Step, source: AddSource, { repository, ref }: Asked): Draft {
  const what = ref === '' ? 'the newest commit of the default branch' : `whatever ${quote(ref)} names`
  const { end } = step.instruction.keywordRange
  const edit = { range: { start: end, end }, text: ' --checksum={}' }
  const safe = canTakeChecksum(view, step, source.written, 17) && !source.written.includes('?')
  return {
    range: source.range,
    message: `This ADD takes ${what} of ${quote(repository, 120)} on the day of the build. Branches move, and tags can be moved: then the same commit of yours builds another image, and nobody is told.`,
    fix: {
      text: 'Give the commit you mean, all 40 digits: after `#` in place of the branch, or beside the tag with `--checksum`, which makes BuildKit refuse any other. `git ls-remote <repository> <tag>` prints it.',
      snippet: `ADD --checksum=<commit> ${source.address} <folder>`,
    },
    ...(safe ? { lookup: { kind: 'git-commit', reference: `${repository}#${ref}`, edit } } : {}),
  }
}

const tooShort = ({ range, address }: AddSource, commit: string): Draft => ({
  range,
  level: 'notice',
  message: `${quote(commit)} is only the beginning of a commit of ${quote(address, 120)}. BuildKit accepts any commit that begins so: with few digits another one can be made that does.`,
  fix: { text: 'Write all 40 digits of the commit.' },
})
