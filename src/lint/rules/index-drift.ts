import type { Range } from '../../dockerfile/dockerfile.ts'
import { condaCommandsOf } from '../commands/conda.ts'
import { hasOption, type Option } from '../commands/option-table.ts'
import { type PipCommand, pipCommandsOf } from '../commands/pip.ts'
import { isOn } from '../environment.ts'
import { openThings, requiresHashes, type Thing } from '../locks/pip-things.ts'
import type { Draft, Rule } from '../rule.ts'
import type { Step, View } from '../view.ts'
import { quote } from '../wording.ts'

export const indexDrift: Rule = {
  id: 'RG312',
  title: 'What is installed depends on more than one index, or on the newest',
  level: 'notice',
  class: 'drift',
  on: false,
  check: view => view.steps.flatMap(step => [...fromPip(view, step), ...fromConda(step)]),
}

interface Reason {
  range: Range
  what: string
  why: string
}

const fromPip = (view: View, step: Step): Draft[] =>
  pipCommandsOf(step)
    .filter(pip => pip.action !== 'other' && takesFromIndex(step, pip))
    .flatMap(pip => {
      const things = openThings(view, step, pip)
      const reasons = reasonsOf(step, pip, things)
      return reasons.length === 0 || isHashed(pip, things) ? [] : [draftOf(reasons)]
    })

const takesFromIndex = (step: Step, pip: PipCommand): boolean =>
  !requiresHashes(step, pip) &&
  !hasOption(pip, '--no-index') &&
  !['PIP_NO_INDEX', 'UV_NO_INDEX'].some(name => isOn(step, pip.command, name))

/** Files alone, with a hash for everything as far as they can be read: it does not matter who serves them. */
const isHashed = (pip: PipCommand, things: Thing[]): boolean =>
  (pip.operands.length === 0 || pip.action === 'sync') && things.every(({ state }) => state === 'unchecked')

function reasonsOf(step: Step, pip: PipCommand, things: Thing[]): Reason[] {
  const found = pip.options.flatMap(option => {
    const why = whyOf(pip, option)
    return why === null ? [] : [{ range: option.word.range, what: option.name, why }]
  })
  // Where every version is fixed there is none to go up to.
  const isLoose = things.some(({ state }) => state === 'loose')
  const named = found.filter(({ what, why }) => why !== whys.upgrade || isLoose || what === '--upgrade-strategy')
  const first = pip.command.words[0]?.range ?? pip.command.range
  const set = ['PIP_EXTRA_INDEX_URL', 'UV_EXTRA_INDEX_URL'].find(name => step.scope.get(name))
  const asked = ['PIP_PRE'].find(name => isOn(step, pip.command, name))
  return [
    ...named,
    ...(set === undefined ? [] : [{ range: first, what: set, why: whys.extra }]),
    ...(asked === undefined ? [] : [{ range: first, what: asked, why: whys.pre }]),
  ]
}

const whys = {
  extra: 'takes each package from whichever index has the newest version that day',
  first: 'names a second index; a package that appears in it one day replaces the one that came from the other',
  pre: 'takes pre-releases, which come and go faster than releases',
  upgrade: 'takes newer versions than those that are there, and so whatever is newest that day',
  nightly: 'names an index of nightly builds, which are made anew each night and deleted after some weeks',
}

const nightly = /nightly|test\.pypi\.org/i

function whyOf(pip: PipCommand, { name, value, partial }: Option): string | null {
  if (/index(-url)?$|^-i$|^(-f|--find-links)$/.test(name) && nightly.test(partial ?? '')) return whys.nightly
  if (name === '--extra-index-url' || (pip.uv && name === '--index')) return pip.uv ? whys.first : whys.extra
  if (name === '--index-strategy') return value?.startsWith('unsafe') === true ? whys.extra : null
  if (name === '--pre' || (name === '--prerelease' && value === 'allow')) return whys.pre
  if (name === '-U' || name === '--upgrade' || (name === '--upgrade-strategy' && value === 'eager')) return whys.upgrade
  return null
}

function draftOf(reasons: Reason[]): Draft {
  const [first] = reasons as [Reason]
  const each = new Map(reasons.map(({ what, why }) => [what, `${quote(what)} ${why}`]))
  return {
    range: first.range,
    count: each.size,
    message: `${[...each.values()].join('; ')}. Without hashes the same commit may get other packages next week.`,
    fix: {
      text: 'Install from a file with the hash of every package (`--require-hashes`): then it does not matter which index serves them, or what is newest. Or name one index, and exact versions.',
      snippet: 'pip install --require-hashes -r requirements.lock',
    },
  }
}

const fromConda = (step: Step): Draft[] =>
  condaCommandsOf(step)
    .filter(({ program, action }) => program !== 'pixi' && /^(install|create|update|env (create|update))$/.test(action))
    .flatMap(({ options }) => {
      const channel = options.find(({ name, partial }) => /^(-c|--channel)$/.test(name) && nightly.test(partial ?? ''))
      return channel === undefined
        ? []
        : [draftOf([{ range: channel.word.range, what: channel.partial ?? '', why: whys.nightly }])]
    })
