import { parseReference } from '../../dockerfile/reference.ts'
import { isPlatformArgument } from '../../dockerfile/scope.ts'
import type { StageEdge } from '../../dockerfile/stage.ts'
import { mayNameStage, stagesToChoose } from '../../dockerfile/stage-choice.ts'
import type { Draft, Rule } from '../rule.ts'
import type { View } from '../view.ts'
import { listed, quote } from '../wording.ts'

export const baseUnresolvable: Rule = {
  id: 'RG103',
  title: 'Base image that the Dockerfile does not tell',
  level: 'notice',
  class: 'drift',
  on: true,
  check: view =>
    view.stages
      .flatMap(({ edges }) => edges)
      .filter(({ kind, target }) => kind === 'from' && target === null)
      .flatMap(edge => checkBase(view, edge)),
}

function checkBase(view: View, edge: StageEdge): Draft[] {
  const written = view.dockerfile.text.slice(edge.range.start, edge.range.end)
  const { value, resolved } = edge.reference
  if (!written.includes('$') || view.isBuildContext(value) || mayNameStage(view.dockerfile, edge)) return []
  if (resolved) return value === 'scratch' || parseReference(value) !== null || value.includes('@') ? [] : [broken()]
  const names = [...new Set([...value.matchAll(/\$\{?(\w+)/g)].map(([, name]) => name ?? ''))].filter(
    name => name !== '' && !isPlatformArgument(name),
  )
  return names.length === 0 || stagesToChoose(view.dockerfile, edge).length > 0 ? [] : [unknown(names)]

  function unknown(names: string[]): Draft {
    const missing = names.filter(name => !isDeclared(view, name))
    const why =
      missing.length > 0
        ? `no ARG before the first FROM declares ${listed(missing)}, and one after it does not count for FROM`
        : `${listed(names)} ${names.length === 1 ? 'has' : 'have'} no default`
    return {
      range: edge.range,
      message: `Which image ${quote(written)} is, only the command line of the build can say: ${why}. The same commit builds on whatever that is given, and nothing here can check it.`,
      fix: {
        text: 'Declare the argument before the first FROM, with the whole reference and its digest as the default.',
        snippet: `ARG ${names[0]}=<image>:<tag>@sha256:<digest>`,
      },
    }
  }

  function broken(): Draft {
    return {
      range: edge.range,
      message: `With the values that the Dockerfile gives, ${quote(written)} is ${value === '' ? 'empty' : quote(value)}, which names no image: the build fails unless its command line gives others, and then those decide what it is.`,
      fix: { text: 'Give the ARG a default that makes it the whole reference, with its digest.' },
    }
  }
}

const isDeclared = ({ dockerfile }: View, name: string): boolean =>
  dockerfile.instructions.some(
    ({ stage, keyword, words }) =>
      stage === null && keyword === 'ARG' && words.some(({ raw }) => raw.split('=', 1)[0] === name),
  )
