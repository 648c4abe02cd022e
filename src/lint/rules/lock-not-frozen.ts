import { type NodeCommand, nodeCommandsOf, nodeFolder } from '../commands/node.ts'
import { insertAfter } from '../commands/word-edit.ts'
import { bun } from '../locks/bun.ts'
import type { Ecosystem } from '../locks/ecosystem.ts'
import { lockAt, textAt } from '../locks/lock-at.ts'
import { agreesWithLock } from '../locks/node-agreement.ts'
import { lockUseOf, yarnLine } from '../locks/node-install.ts'
import { pnpm } from '../locks/pnpm.ts'
import { yarn } from '../locks/yarn.ts'
import type { Draft, Rule } from '../rule.ts'
import type { Step, View } from '../view.ts'

const ecosystems: Partial<Record<NodeCommand['manager'], Ecosystem>> = { yarn, pnpm, bun }

export const lockNotFrozen: Rule = {
  id: 'RG305',
  title: 'yarn, pnpm or bun may change the lock file',
  level: 'warning',
  class: 'drift',
  on: true,
  check: view =>
    view.steps.flatMap(step =>
      nodeCommandsOf(step).flatMap(node => {
        const ecosystem = ecosystems[node.manager]
        if (ecosystem === undefined || node.global) return []
        if (node.action === 'update') return [updates(node)]
        return node.action === 'install' ? install(view, step, node, ecosystem) : []
      }),
    ),
}

const updates = ({ manager, head }: NodeCommand): Draft => ({
  range: head,
  message: `This command of ${manager} takes the newest versions that are allowed that day, whatever the lock file says: next week the same commit gets others.`,
  fix: { text: 'Update outside of the build, commit the lock file, and install from it.' },
})

function install(view: View, step: Step, node: NodeCommand, ecosystem: Ecosystem): Draft[] {
  const folder = nodeFolder(view, step, node)
  const use = lockUseOf(view, step, node, folder)
  if (use === 'frozen' || (use === 'never' && view.context !== null)) return []
  const lock = lockAt(view, step, folder, ecosystem, true)
  if (lock.kind === 'missing' || isFallback(view, step, node, lock.kind === 'there')) return []
  const line = node.manager === 'yarn' ? yarnLine(view, step, folder) : null
  const flag = line === 'berry' ? '--immutable' : '--frozen-lockfile'
  const sure = node.manager !== 'yarn' || line !== null
  const known = lock.kind === 'there'
  const agrees = known ? agreesWithLock(node.manager, textAt(view, step, folder, 'package.json'), lock.text) : null
  const edits = known && sure && agrees === true ? editOf(view, step, node, flag) : null
  const frozen = sure ? `\`${flag}\`` : '`--frozen-lockfile` (Yarn 1) or `--immutable` (Yarn 2 and later)'
  const name = node.manager
  return [
    {
      range: node.head,
      ...(known ? {} : { level: 'notice' as const, confidence: 'unknown' as const }),
      message: `Without ${frozen} ${name} rewrites ${ecosystem.locks[0]} where package.json does not fit it${known ? '' : ' (or makes one where there is none, which we cannot see from here)'}, and takes the newest versions for that part: the build says nothing, and next week the same commit may hold other packages.`,
      fix: {
        text:
          agrees === false
            ? `package.json and ${ecosystem.locks[0]} do not seem to agree now: run \`${name} install\` outside of the build, commit the lock file, then add ${frozen}: the build then fails instead of taking other versions.`
            : `Add ${frozen}: the build then fails instead of taking other versions.`,
        snippet: `${name} install ${flag}`,
      },
      ...(edits === null ? {} : { edits }),
    },
  ]
}

/** `if [ -f yarn.lock ]; then yarn --frozen-lockfile; else yarn; fi`: the lock decides. */
const isFallback = (view: View, step: Step, node: NodeCommand, locked: boolean): boolean => {
  const { guard, range } = node.command
  if (guard !== 'if' && (guard !== 'or' || locked)) return false
  return nodeCommandsOf(step).some(
    other =>
      other !== node &&
      other.manager === node.manager &&
      (guard === 'or' ? other.command.range.start < range.start : other.command.guard === 'if') &&
      lockUseOf(view, step, other, nodeFolder(view, step, other)) === 'frozen',
  )
}

const opposed = new Set([
  '--no-frozen-lockfile',
  '--no-immutable',
  '--frozen-lockfile',
  '--immutable',
  '--pure-lockfile',
  '--fix-lockfile',
  '--force',
  '-f',
])

function editOf(view: View, step: Step, node: NodeCommand, flag: string) {
  const word = node.verb ?? node.command.words[node.command.name === 'corepack' ? 1 : 0]
  if (word === undefined || node.command.guard === 'or') return null
  if (
    node.options.some(({ name }) => opposed.has(name)) ||
    (node.verb !== null && !/^(install|i)$/.test(node.verb.value ?? ''))
  )
    return null
  return insertAfter(view, step, word, flag)
}
