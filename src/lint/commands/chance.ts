import type { Range } from '../../dockerfile/dockerfile.ts'
import type { ShellCommand } from '../../dockerfile/shell.ts'
import { type Step, stepsBack, type View } from '../view.ts'
import { findOption, hasOption, optionTable, readArguments } from './option-table.ts'

/** A place where a RUN asks the clock or a random source. */
export interface Chance {
  command: ShellCommand
  /** The word to point at. */
  range: Range
  kind: 'time' | 'day' | 'random'
  /** It writes files by itself, wherever its output goes. */
  writes: boolean
  /** What people call it: `date`, `/dev/urandom`. */
  source: string
}

/** All of them, in order; whether the value stays anywhere is another question (flow.ts). */
export function chancesIn(view: View, step: Step): Chance[] {
  const asked = step.script.commands.some(({ words, assignments }) =>
    [...words, ...assignments.map(({ value }) => value)].some(({ variables }) => variables.some(isRandomVariable)),
  )
  const bash = asked && runsBash(view, step)
  const chances = step.script.commands.flatMap(
    command => chanceOf(command, bash || command.wrappers.some(name => /^(bash|ash|zsh)$/.test(name))) ?? [],
  )
  const arithmetic = step.script.commands.flatMap(arithmeticChance)
  return [...chances, ...arithmetic.filter(({ range }) => !chances.some(chance => chance.range.start === range.start))]
}

/** The commands inside `$(( … ))` are not read as commands. */
function arithmeticChance(command: ShellCommand): Chance[] {
  return command.words.flatMap(({ raw, range }) => {
    const match = /\$\(\(.*?(\/dev\/u?random)/s.exec(raw.slice(0, 1000))
    const source = match?.[1]
    if (match === null || source === undefined) return []
    const start = range.start + match[0].length - source.length
    return [{ command, range: { start, end: start + source.length }, kind: 'random', writes: false, source } as const]
  })
}

const dateTable = optionTable('-d -r -s -f -D --date --reference --set --file')
const generators = new Set([
  'uuidgen',
  'mcookie',
  'pwgen',
  'dbus-uuidgen',
  'apg',
  'makepasswd',
  'systemd-machine-id-setup',
])
const readers =
  /^(cat|head|tail|dd|od|hexdump|xxd|tr|base64|base32|strings|fold|cut|(sha|md5|b2|ck)\w*sum|shuf|openssl|basenc|cp)$/
const randomFile = /^(if=)?(\/dev\/u?random|\/proc\/sys\/kernel\/random\/(uuid|boot_id))$/

function chanceOf(command: ShellCommand, bash: boolean): Chance | null {
  const { name, words, range } = command
  const at = words[0]?.range ?? range
  const texts = words.slice(1).map(({ partial }) => partial)
  if (texts.some(text => /^(--help|--version)$/.test(text))) return null
  if (name === 'date') return dateChance(command, at)
  if (generators.has(name)) {
    return {
      command,
      range: at,
      kind: 'random',
      writes: /machine-id-setup/.test(name) || texts.includes('--ensure'),
      source: name,
    }
  }
  if (name === 'ssh-keygen')
    return makesKey(texts) ? { command, range: at, kind: 'random', writes: true, source: name } : null
  if (name === 'openssl') return opensslChance(command, at, texts)
  const file =
    words.slice(1).find(word => randomFile.test(word.partial)) ??
    command.redirects.find(({ operator, target }) => operator === '<' && randomFile.test(target.partial))?.target
  if (file !== undefined && (readers.test(name) || command.redirects.some(({ target }) => target === file))) {
    return {
      command,
      range: file.range,
      kind: 'random',
      writes: texts.some(text => text.startsWith('of=')),
      source: file.partial.replace(/^if=/, ''),
    }
  }
  const random = bash
    ? [...words, ...command.assignments.map(({ value }) => value)].find(
        ({ variables, value }) => value === null && variables.some(isRandomVariable),
      )
    : undefined
  return random === undefined
    ? null
    : { command, range: random.range, kind: 'random', writes: false, source: '$RANDOM' }
}

const isRandomVariable = (name: string): boolean =>
  name === 'RANDOM' || name === 'SRANDOM' || name === 'EPOCHSECONDS' || name === 'EPOCHREALTIME'

/** `date` alone, or of `now`; not of a given day, a file, or SOURCE_DATE_EPOCH. */
function dateChance(command: ShellCommand, range: Range): Chance | null {
  const read = readArguments(command, dateTable)
  if (hasOption(read, '-r', '--reference', '-s', '--set', '-f', '--file')) return null
  const given = findOption(read, '-d', '--date')
  if (
    given !== undefined &&
    !/^(now|today|yesterday|tomorrow|[+-]?\d+ *\w+( ago)?|next .*|last .*)$/i.test(given.partial ?? '')
  )
    return null
  const format = read.operands.find(({ partial }) => partial.startsWith('+'))?.partial ?? ''
  const iso = read.options.some(
    ({ name, partial }) => (name === '-I' || name === '--iso-8601') && (partial === null || partial === 'date'),
  )
  const kind = iso || (format !== '' && !format.includes('$') && isOfDay(format)) ? 'day' : 'time'
  return { command, range, kind, writes: false, source: 'date' }
}

/** Formats that say no more than the day: equal in two builds of one day. */
const isOfDay = (format: string): boolean => !/%[^YymdFjUVWGgueaAbBhDCxtn%_-]/.test(format.replace(/%[-_0^#]/g, '%'))

const makesKey = (texts: string[]): boolean => !texts.some(text => /^-[lyYRFHieDQr]/.test(text))

function opensslChance(command: ShellCommand, range: Range, texts: string[]): Chance | null {
  const [action = ''] = texts
  const makes =
    /^(rand|genrsa|gendsa|genpkey|dhparam|ecparam)$/.test(action) ||
    (action === 'req' && texts.some(text => /^-(x509|newkey|new|keyout)$/.test(text)))
  if (!makes || (action === 'ecparam' && !texts.includes('-genkey'))) return null
  return {
    command,
    range,
    kind: 'random',
    writes: texts.some(text => /^-(out|keyout)$/.test(text)),
    source: `openssl ${action}`,
  }
}

function shellNamed(step: Step): string | undefined {
  for (const { instruction } of stepsBack(step)) if (instruction.keyword === 'SHELL') return instruction.json?.[0]
  return undefined
}

/** Whether `$RANDOM` means anything: dash, the sh of Debian and Ubuntu, does not know it. */
function runsBash(view: View, step: Step): boolean {
  const shell = shellNamed(step)
  if (shell !== undefined) return /(^|\/)(ba|a|z)sh$/.test(shell)
  const { text } = view.dockerfile
  const { heredocs, range } = step.instruction
  if (heredocs.some(({ body }) => /^#!.*\b(ba|z)sh/.test(text.slice(body.start, body.start + 80)))) return true
  if (heredocs.length > 0 && /\bbash\b/.test(text.slice(range.start, heredocs[0]?.body.start ?? range.start)))
    return true
  let stage = step.stage
  while (stage.parent !== null) stage = stage.parent
  const base = stage.edges.find(({ kind }) => kind === 'from')?.reference.value ?? ''
  return /\b(alpine|busybox|fedora|centos|rockylinux|almalinux|amazonlinux|oraclelinux|opensuse|archlinux|ubi\d*)\b/.test(
    base,
  )
}
