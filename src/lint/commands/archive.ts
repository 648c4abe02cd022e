import type { ShellCommand, ShellWord } from '../../dockerfile/shell.ts'
import { fileStays, outputStays } from '../flow.ts'
import type { Step, View } from '../view.ts'
import { findOption, hasOption, optionTable, readArguments } from './option-table.ts'

/** An archive that a command makes, and that comes into the image. */
export interface Archive {
  command: ShellCommand
  /** `order`: in which the file system gives its names; `times`: of the files in it. */
  keeps: ('order' | 'times')[]
  /** Options that are not given. */
  missing: string[]
}

/** The archives a RUN makes with what two builds do not share in them. */
export const archivesIn = (view: View, step: Step): Archive[] =>
  step.script.commands.some(({ name }) => name === 'strip-nondeterminism' || name === 'add-determinism')
    ? []
    : step.script.commands.flatMap(command => archiveOf(view, step, command) ?? [])

function archiveOf(view: View, step: Step, command: ShellCommand): Archive | null {
  if (command.inTest || command.words.some(({ partial }) => /^--(help|version)$/.test(partial))) return null
  if (command.name === 'tar' || command.name === 'gtar') return tarOf(view, step, command)
  if (command.name === 'zip') return zipOf(view, step, command)
  if (command.name === 'jar') return jarOf(view, step, command)
  if (command.name === 'cpio') return cpioOf(view, step, command)
  return command.name === 'gzip' ? gzipOf(view, step, command) : null
}

const tarTable = optionTable(
  '-f -C -T -X -b -g -H -I -K -L -N -V --file --directory --files-from --exclude --mtime --sort --owner --group --format --mode --transform --use-compress-program',
)

function tarOf(view: View, step: Step, command: ShellCommand): Archive | null {
  const read = readArguments(withDash(command), tarTable)
  if (!hasOption(read, '-c', '--create', '-r', '--append', '-u', '--update')) return null
  const file = findOption(read, '-f', '--file')
  if (!staysIn(view, step, command, file?.partial === '-' ? undefined : file?.word, file?.partial)) return null
  const missing = [
    ...(hasOption(read, '--sort') ||
    isSortedList(
      step,
      read.options.map(({ name }) => name),
    )
      ? []
      : ['--sort=name']),
    ...(hasOption(read, '--mtime') || hasOption(read, '--clamp-mtime') ? [] : ['--mtime="@$SOURCE_DATE_EPOCH"']),
  ]
  return missing.length === 0 ? null : { command, missing, keeps: keepsOf(missing) }
}

/** The names come from a list that is sorted before: `find … | sort -z | tar -T -`. */
const isSortedList = ({ script }: Step, options: string[]): boolean =>
  options.some(name => name === '-T' || name === '--files-from') && script.commands.some(({ name }) => name === 'sort')

/** `tar czf x.tgz dir`: the first word holds options without a dash. */
function withDash(command: ShellCommand, valuedLetters = 'fCTXbgHIKLNV'): ShellCommand {
  const [name, first, ...rest] = command.words
  if (name === undefined || first === undefined || !/^[A-Za-z]+$/.test(first.partial)) return command
  // Their values stand behind, in the order of the letters: only `f` matters here.
  const letters = [...first.partial]
  const valued = letters.filter(letter => valuedLetters.includes(letter))
  const plain = `-${letters.filter(letter => !valued.includes(letter)).join('')}`
  const flags = { ...first, value: plain, partial: plain }
  const given = valued.flatMap((letter, at): ShellWord[] => {
    const value = rest[at]
    return value === undefined ? [] : [{ ...first, value: `-${letter}`, partial: `-${letter}` }, value]
  })
  return {
    ...command,
    words: [name, ...(flags.partial === '-' ? [] : [flags]), ...given, ...rest.slice(valued.length)],
  }
}

function zipOf(view: View, step: Step, command: ShellCommand): Archive | null {
  const read = readArguments(command, optionTable('-b -n -t -tt -x -i -P -O --out', false))
  const [file] = read.operands
  if (file === undefined || file.partial === '-' || hasOption(read, '-d', '-T', '-sf', '-h', '-v')) return null
  if (read.operands.length < 2 && !hasOption(read, '-@')) return null
  const word = file.partial.includes('.') || file.value === null ? file : { ...file, value: `${file.value}.zip` }
  if (!fileStays(view, step, command, word)) return null
  const strips = read.options.some(({ name }) => /^-[a-zA-Z0-9]*X/.test(name) || name === '--no-extra')
  // Its order is the folder's, its times those of the files: only a file list and `touch` before it help.
  const isEvened = touches(step) && step.script.commands.some(({ name }) => name === 'sort')
  if (strips && isEvened) return null
  return { command, missing: strips ? [] : ['-X'], keeps: touches(step) ? ['order'] : ['order', 'times'] }
}

function jarOf(view: View, step: Step, command: ShellCommand): Archive | null {
  const read = readArguments(withDash(command, 'fme'), optionTable('-f -C -m -e --file --date --manifest --main-class'))
  if (!hasOption(read, '-c', '--create') || hasOption(read, '--date')) return null
  const file = findOption(read, '-f', '--file')
  if (!staysIn(view, step, command, file?.word, file?.partial)) return null
  return { command, missing: ['--date'], keeps: ['times'] }
}

function cpioOf(view: View, step: Step, command: ShellCommand): Archive | null {
  const read = readArguments(command, optionTable('-F -H -O -I -R -E --file --format --owner'))
  if (!hasOption(read, '-o', '--create') || hasOption(read, '--reproducible')) return null
  const file = findOption(read, '-F', '-O', '--file')
  if (!staysIn(view, step, command, file?.word, file?.partial)) return null
  const sorted = step.script.commands.some(({ name }) => name === 'sort')
  return { command, missing: ['--reproducible'], keeps: sorted || touches(step) ? ['times'] : ['order', 'times'] }
}

function gzipOf(view: View, step: Step, command: ShellCommand): Archive | null {
  const read = readArguments(command, optionTable('-S --suffix'))
  if (hasOption(read, '-d', '-l', '-t', '-n', '--decompress', '--list', '--test', '--no-name')) return null
  const [file] = read.operands
  // What comes through a pipe has neither name nor time.
  if (file === undefined || file.partial === '-' || touches(step)) return null
  const toOutput = hasOption(read, '-c', '--stdout', '--to-stdout')
  const made = { ...file, value: file.value === null ? null : `${file.value}.gz` }
  if (toOutput ? !outputStays(view, step, command) : !fileStays(view, step, command, made)) return null
  return { command, missing: ['-n'], keeps: ['times'] }
}

const staysIn = (
  view: View,
  step: Step,
  command: ShellCommand,
  word: ShellWord | undefined,
  path: string | null | undefined,
): boolean =>
  word === undefined
    ? outputStays(view, step, command)
    : fileStays(view, step, command, { ...word, value: word.value === null ? null : (path ?? null) })

/** The RUN gives the files a time of its own: `find … -exec touch -d @… {} +`. */
const touches = ({ script }: Step): boolean =>
  script.commands.some(({ name, words }) => name === 'touch' || words.some(({ partial }) => partial === 'touch'))

const keepsOf = (missing: string[]): Archive['keeps'] =>
  missing.map(option => (option.startsWith('--sort') ? 'order' : 'times'))
