import type { ShellWord } from '../../dockerfile/shell.ts'
import { type GoCommand, goCommandsOf, isOwn } from '../commands/go.ts'
import { hasOption } from '../commands/option-table.ts'
import type { Draft, Rule } from '../rule.ts'
import { codeOf, type Step, someBefore, type View } from '../view.ts'
import { listed, quote } from '../wording.ts'

export const goUnpinned: Rule = {
  id: 'RG308',
  title: 'Go module in no fixed version',
  level: 'warning',
  class: 'drift',
  on: true,
  check: view => view.steps.flatMap(step => goCommandsOf(step).flatMap(go => checkCommand(view, step, go))),
}

function checkCommand(view: View, step: Step, go: GoCommand): Draft[] {
  if (go.action === 'build') return []
  const upgrades = go.action === 'get' && hasOption(go, '-u', '--u', '-u=patch')
  const loose = go.packages.filter(word => isLoose(view, step, go, word))
  const [first] = loose
  if (first === undefined)
    return upgrades && go.packages.every(({ partial }) => isOwn(partial)) ? [upgradesAll(go)] : []
  const names = loose.map(({ partial }) => partial)
  const plain = (names[0] ?? '').replace(/@.*$/s, '')
  return [
    {
      range: first.range,
      message: `${listed(names)}: go takes the newest version that this allows at that moment, so next week the same commit builds with another one. \`@latest\`, a branch, \`@v1\` or no version at all is not fixed.`,
      fix: {
        text: `Name a whole version, ${quote(`${plain}@v1.2.3`)}, or a commit; go checks versions against its public checksum database.`,
      },
      count: names.length,
    },
  ]
}

const upgradesAll = (go: GoCommand): Draft => ({
  range: go.head,
  message:
    '`go get -u` raises every module to the newest version of that moment, whatever go.mod says: next week the same commit builds with others.',
  fix: {
    text: 'Raise versions outside of the build and commit go.mod and go.sum; in the build `go mod download` takes what they say.',
  },
})

/** A version, a pseudo version of a commit, or a commit. */
const fixed = /^(v\d+\.\d+\.\d+(-[\w.-]+)?(\+[\w.-]+)?|[0-9a-f]{7,40})$/

function isLoose(view: View, step: Step, go: GoCommand, { value, partial }: ShellWord): boolean {
  const text = value ?? partial
  const at = text.indexOf('@')
  if (at > 0) {
    const version = text.slice(at + 1)
    // `@none` takes a module away.
    return !version.includes('$') && version !== 'none' && !fixed.test(version)
  }
  if (value === null || /^(\.{1,3}(\/|$)|\/|~\/)/.test(text) || /^(all|std|cmd|tool)$/.test(text)) return false
  if (go.action === 'get') return !/\.go$/.test(text)
  return !isOwn(text) && !mayBeInModule(view, step, go)
}

/** Inside a module go takes the version that go.mod says. A module comes by COPY, by a mount, or by git. */
const mayBeInModule = (view: View, step: Step, go: GoCommand): boolean =>
  bringsFiles(view, step) ||
  someBefore(view, step, bringsFiles) ||
  step.script.commands.some(
    ({ name, range }) => range.start < go.command.range.start && /^(cd|pushd|tar|unzip)$/.test(name),
  )

const bringsFiles = (view: View, { instruction, mounts }: Step): boolean =>
  instruction.keyword === 'COPY' ||
  instruction.keyword === 'ADD' ||
  mounts.some(({ type }) => type === 'bind') ||
  (instruction.keyword === 'RUN' && /\bgit\b[^\n]*\bclone\b|\bgo mod init\b/.test(codeOf(view, instruction)))
