import type { ShellWord } from '../../dockerfile/shell.ts'
import { valueWord } from '../commands/option-table.ts'
import { pipCommandsOf } from '../commands/pip.ts'
import { pythonToolsOf } from '../commands/python-tool.ts'
import { type VcsState, vcsStateOf } from '../commands/vcs-reference.ts'
import { requirementsOf } from '../locks/pip-things.ts'
import type { Draft, Rule } from '../rule.ts'
import type { Step, View } from '../view.ts'
import { quote } from '../wording.ts'

export const vcsDependency: Rule = {
  id: 'RG311',
  title: 'Python package from a repository without a commit',
  level: 'warning',
  class: 'drift',
  on: false,
  check: view => view.steps.flatMap(step => [...fromPip(view, step), ...fromTools(step)]),
}

interface Moving {
  word: ShellWord
  text: string
  state: Exclude<VcsState, 'commit'>
  /** `requirements.txt:3`; null on the command line. */
  at: string | null
}

function movingIn(word: ShellWord, text: string, at: string | null): Moving[] {
  const state = vcsStateOf(text)
  return state === null || state === 'commit' ? [] : [{ word, text, state, at }]
}

const fromPip = (view: View, step: Step): Draft[] =>
  pipCommandsOf(step)
    .filter(({ action }) => action !== 'other')
    .flatMap(pip => {
      const editable = pip.options.filter(({ name }) => name === '-e' || name === '--editable').map(valueWord)
      const named = [...(pip.action === 'sync' ? [] : pip.operands), ...editable]
      return judge([
        ...named.flatMap(word => movingIn(word, word.value ?? word.partial, null)),
        ...requirementsOf(view, step, pip).flatMap(({ word, text, at }) => movingIn(word, text, at)),
      ])
    })

const fromTools = (step: Step): Draft[] =>
  pythonToolsOf(step)
    .filter(({ action }) => /^(add|install|inject|run|tool install|tool run|self add)$/.test(action))
    .flatMap(tool => {
      const more = tool.options
        .filter(({ name, partial }) => /^(--from|--spec|--with|-w|-e|--editable)$/.test(name) && partial !== null)
        .map(valueWord)
      return judge([...tool.operands, ...more].flatMap(word => movingIn(word, word.value ?? word.partial, null)))
    })

function judge(moving: Moving[]): Draft[] {
  const [first] = moving
  if (first === undefined) return []
  const shown = moving
    .slice(0, 4)
    .map(({ text, at }) => `${quote(text)}${at === null ? '' : ` (${quote(at).slice(1, -1)})`}`)
  const more = moving.length > shown.length ? ` and ${moving.length - shown.length} more` : ''
  return [
    {
      range: first.word.range,
      count: moving.length,
      message: `${shown.join(', ')}${more}: ${why[first.state]}`,
      fix: {
        text: 'Name the whole commit, 40 hexadecimal digits, behind `@`; `git ls-remote` of the repository shows it.',
        snippet: 'pip install "git+https://github.com/owner/name@<40 digits of the commit>"',
      },
    },
  ]
}

const why: Record<Moving['state'], string> = {
  'default branch': 'no commit is named, so this is whatever the repository holds on the day of the build.',
  branch: 'a branch moves with every commit to it, so the same Dockerfile gets other code next week.',
  tag: 'a tag can be moved to another commit without anybody being told, and the dependencies are read from what is there.',
  short: 'a commit that is cut short may name another one as the repository grows, and pip cannot check it.',
}
