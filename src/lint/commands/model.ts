import type { Range } from '../../dockerfile/dockerfile.ts'
import type { ShellCommand, ShellWord } from '../../dockerfile/shell.ts'
import type { Step, View } from '../view.ts'
import { findOption, hasOption, optionTable, readArguments } from './option-table.ts'
import { programOf, pythons } from './program.ts'
import { modelCallsIn } from './python-model.ts'

/** A model, data set or corpus that a command takes from a hub. */
export interface ModelFetch {
  /** Null for a RUN that is a Python program by itself. */
  command: ShellCommand | null
  /** What is fetched, as far as it is known: `org/model`. */
  names: string[]
  range: Range
  /** `hub` knows revisions by commit; `ollama`, `wandb`, `nltk` and `spacy` have their own ways. */
  source: 'hub' | 'torch' | 'ollama' | 'wandb' | 'nltk' | 'spacy'
}

const hub = optionTable(
  '--revision --repo-type --local-dir --cache-dir --token --include --exclude --max-workers --local-dir-use-symlinks',
)
const plain = optionTable('--root --type -d --dir -u -e --exit_on_error')

const known = new WeakMap<Step, ModelFetch[]>()

/** The fetches of a RUN that name no fixed revision, in order. Not: local paths, names that are not known. */
export function modelFetchesOf(view: View, step: Step): ModelFetch[] {
  const fetches = known.get(step) ?? readStep(view, step)
  known.set(step, fetches)
  return fetches
}

function readStep(view: View, step: Step): ModelFetch[] {
  const { script, instruction } = step
  const own = script.commands.flatMap(command =>
    [readCommand(view, step, behindRunner(command)) ?? []].flat().map(fetch => ({ ...fetch, command })),
  )
  const [heredoc] = instruction.heredocs
  if (script.interpreter !== 'python' || own.length > 0) return own
  const body = heredoc?.body ?? instruction.argumentRange
  return fromCode(view, step, script.commands[0] ?? null, body) ?? []
}

/** `uv run python -c …`, `poetry run hf download …`: the command that is run. */
function behindRunner(command: ShellCommand): ShellCommand {
  const { name, words } = command
  if (!/^(uv|poetry|pdm|pipenv|pixi|hatch|rye)$/.test(name)) return command
  const run = words.findIndex(({ value }) => value === 'run')
  const at = words.findIndex(({ partial }, index) => index > run && runnable.test(partial.split('/').at(-1) ?? ''))
  if (run < 1 || at < 0) return command
  return { ...command, name: words[at]?.partial.split('/').at(-1) ?? '', words: words.slice(at) }
}

const runnable = /^(python[\d.]*|hf|huggingface-cli|spacy|wandb)$/

function readCommand(view: View, step: Step, command: ShellCommand): ModelFetch | ModelFetch[] | null {
  const { name, words } = command
  const range = words[0]?.range ?? command.range
  if (name === 'hf' || name === 'huggingface-cli') return readHub(command, range)
  if (name === 'ollama') return readOllama(command, range)
  if (name === 'wandb') return readWandb(command, range)
  if (name === 'spacy') return readSpacy(command, words.slice(1), range)
  if (!pythons.test(name)) return null
  const program = programOf(command)
  if (program?.kind === 'module') return readModule(command, program.word, range)
  if (program?.kind === 'inline' && program.word !== null) return fromCode(view, step, command, program.word.range)
  if (program?.kind !== 'input') return null
  const redirect = command.redirects.find(({ operator }) => operator.startsWith('<<'))
  const source =
    redirect === undefined ? step.script.commands.find(({ pipesInto }) => pipesInto === command) : undefined
  if (redirect !== undefined) return fromCode(view, step, command, redirect.target.range)
  return source !== undefined && /^(echo|printf)$/.test(source.name)
    ? fromCode(view, step, command, source.range)
    : null
}

/** `hf download repo [files]`: fixed when the revision is a commit, or is not known. */
function readHub(command: ShellCommand, range: Range): ModelFetch | null {
  const read = readArguments(command, hub)
  const [action, repository] = read.operands
  if (action?.value !== 'download' || repository?.value == null || isLocal(repository.value)) return null
  const revision = findOption(read, '--revision')
  if (revision !== undefined && (revision.value === null || /^[0-9a-f]{40}$/.test(revision.value))) return null
  return { command, names: [repository.value], range, source: 'hub' }
}

function readOllama(command: ShellCommand, range: Range): ModelFetch | null {
  const [, action, model] = command.words
  if (action?.value !== 'pull' || model?.value == null || model.value.includes('@sha256:')) return null
  return { command, names: [model.value], range, source: 'ollama' }
}

/** `wandb artifact get entity/project/name:latest`; `:v3` is one version for ever. */
function readWandb(command: ShellCommand, range: Range): ModelFetch | null {
  const [group, action, artifact] = readArguments(command, plain).operands
  if (group?.value !== 'artifact' || action?.value !== 'get' || artifact?.value == null) return null
  return /:(v\d+|[0-9a-f]{20,})$/.test(artifact.value)
    ? null
    : { command, names: [artifact.value], range, source: 'wandb' }
}

function readModule(command: ShellCommand, word: ShellWord | null, range: Range): ModelFetch | null {
  const at = word === null ? -1 : command.words.findIndex(({ range: { end } }) => end === word.range.end)
  const rest = command.words.slice(at + 1)
  if (at < 0) return null
  if (word?.value === 'spacy') return readSpacy(command, rest, range)
  if (word?.value !== 'nltk.downloader') return null
  const names = rest.filter(({ partial }, index) => !partial.startsWith('-') && rest[index - 1]?.partial !== '-d')
  return { command, names: names.map(({ partial }) => partial), range, source: 'nltk' }
}

/** `spacy download en_core_web_sm`; with `--direct` the name holds the version. */
function readSpacy(command: ShellCommand, words: ShellWord[], range: Range): ModelFetch | null {
  const read = readArguments({ ...command, words: [words[0] as ShellWord, ...words.slice(1)] }, plain)
  const [model] = read.operands
  if (words[0]?.value !== 'download' || model?.value == null || isLocal(model.value)) return null
  if (hasOption(read, '--direct', '-D') && /-\d+\.\d+/.test(model.value)) return null
  return /^https?:/.test(model.value) ? null : { command, names: [model.value], range, source: 'spacy' }
}

/** One finding for a program, at its first call, whatever it fetches. */
function fromCode(view: View, step: Step, command: ShellCommand | null, { start, end }: Range): ModelFetch[] | null {
  const text = view.dockerfile.text.slice(start, Math.min(end, start + 200_000))
  const calls = modelCallsIn(text, name => step.scope.get(name))
  const [first] = calls
  if (first === undefined) return null
  const range = { start: start + first.start, end: start + first.end }
  return [{ command, names: [...new Set(calls.map(({ name }) => name))], range, source: first.source }]
}

export const isLocal = (name: string): boolean => /^(\.{0,2}\/|~|\.$|[A-Za-z]:\\|file:)/.test(name)
