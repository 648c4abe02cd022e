import type { ShellCommand } from '../../dockerfile/shell.ts'
import type { StageView, Step } from '../view.ts'
import { fileNameOf } from './address.ts'
import { type Download, downloadsRead } from './download.ts'
import { programOf } from './program.ts'

const sums = /^((sha|b)(1|224|256|384|512|2|3)|sha|md5|rh)sum$|^(shasum|rhash|openssl)$/

/**
 * Whether what was downloaded is checked later in the same RUN: a checksum compared, a signature verified. A check that
 * plainly names another file does not count; one whose file is not known does.
 */
export function isVerified(step: Step, download: Download): boolean {
  const names = download.files.map(file => fileNameOf(file)).filter(name => name !== '')
  const start = download.command.range.start
  return checksIn(step).some(
    command =>
      command.range.start >= start &&
      command !== download.command &&
      checks(step, command, names) &&
      !(download.sink.kind === 'pipe' && isOfAnotherFile(step, command)),
  )
}

/** Whether a later RUN of the stage checks a file of that name; there a check of an unknown file tells nothing. */
export function isVerifiedLater(step: Step, download: Download): boolean {
  const names = download.files.map(file => fileNameOf(file)).filter(name => name !== '' && !name.includes('$'))
  if (names.length === 0) return false
  return checkingSteps(step.stage).some(
    later => later.index > step.index && checksIn(later).some(command => namesOneOf(later, command, names)),
  )
}

function namesOneOf(step: Step, command: ShellCommand, names: string[]): boolean {
  const listed = sums.test(command.name) ? namesIn(textRead(step, command) ?? '') : []
  const named = [...listed, ...command.words.slice(1).map(({ partial }) => fileNameOf(partial))]
  return (
    named.some(name => names.includes(name.replace(/\.(asc|sig|sign|gpg|minisig)$/, ''))) &&
    checks(step, command, names)
  )
}

const stagesKnown = new WeakMap<StageView, Step[]>()

/** The steps of a stage that check something: few, whatever its length. */
function checkingSteps(stage: StageView): Step[] {
  const found = stagesKnown.get(stage) ?? stage.steps.filter(step => checksIn(step).length > 0)
  stagesKnown.set(stage, found)
  return found
}

/** What went through a pipe has no name; a check of a file that another download of the RUN wrote is not of it. */
function isOfAnotherFile(step: Step, command: ShellCommand): boolean {
  const listed = sums.test(command.name) ? textRead(step, command) : null
  if (listed === null) return false
  const written = downloadsRead(step).flatMap(({ files }) => files.map(fileNameOf))
  const files = namesIn(listed)
  return files.length > 0 && files.every(file => written.includes(file))
}

const known = new WeakMap<Step, ShellCommand[]>()

/** The commands of a RUN that check something, of whatever file. */
function checksIn(step: Step): ShellCommand[] {
  const found = known.get(step) ?? step.script.commands.filter(command => checks(step, command, []))
  known.set(step, found)
  return found
}

/** Whether a command compares a checksum or verifies a signature, of whatever file. */
export const isCheck = (step: Step, command: ShellCommand): boolean => checks(step, command, [])

/** Data to verify with, not data to be verified: `SHASUMS256.txt`, `x.tgz.asc`. */
export const isVerificationData = (file: string): boolean =>
  /\.(asc|sig|sign|minisig|sigstore|sha\d+(sum)?s?|md5(sum)?|sums?|checksums?|digests?|pem|crt|pub)(\.txt)?$|(sha\d*|md5)sums?|checksums?/i.test(
    fileNameOf(file),
  )

function checks(step: Step, command: ShellCommand, names: string[]): boolean {
  const texts = command.words.map(({ partial }) => partial)
  if (command.name === 'openssl') return /^(dgst|cms|smime|pkeyutl|(sha|md)\d+)$/.test(texts[1] ?? '')
  if (sums.test(command.name)) return checksSum(step, command, names)
  if (isSignatureCheck(command.name, texts)) return signs(texts.slice(1), names)
  // A program or a script of the user's own that says so.
  const program = programOf(command)
  const run = program?.kind === 'file' ? (program.word?.partial ?? '') : command.name
  if (/verif|check-?sum/i.test(fileNameOf(run))) return true
  return (
    texts.some(text => /hashlib|sha256sum|\.hexdigest|CertUtil/i.test(text)) &&
    !/^(echo|printf|apt-get|apt|apk)$/.test(command.name)
  )
}

function isSignatureCheck(name: string, texts: string[]): boolean {
  if (name === 'gpgv' || name === 'gpgv2' || name === 'slsa-verifier') return true
  if (name === 'gpg' || name === 'gpg2') return texts.includes('--verify')
  if (name === 'minisign' || name === 'signify') return texts.some(text => /^-[a-zA-Z]*V/.test(text))
  if (name === 'cosign') return /^verify/.test(texts[1] ?? '')
  if (name === 'rpm' || name === 'rpmkeys') return texts.some(text => text === '-K' || text === '--checksig')
  return (
    (name === 'ssh-keygen' && texts.includes('verify')) ||
    (name === 'gh' && texts.includes('verify')) ||
    name === 'jarsigner'
  )
}

/** The files a signature check names, those of sums among them: then the sums check the rest. */
function signs(operands: string[], names: string[]): boolean {
  const files = operands
    .filter(text => !text.startsWith('-'))
    .map(text => fileNameOf(text).replace(/\.(asc|sig|sign|gpg|minisig)$/, ''))
  return (
    names.length === 0 ||
    files.length === 0 ||
    files.some(file => file.includes('$') || isVerificationData(file) || names.includes(file))
  )
}

function checksSum(step: Step, command: ShellCommand, names: string[]): boolean {
  const options = command.words.slice(1).filter(({ partial }) => partial.startsWith('-'))
  const operands = command.words.slice(1).filter(({ partial }) => !partial.startsWith('-') && !/^\d+$/.test(partial))
  if (options.some(({ partial }) => /^(--check|-[a-zA-Z]*c[a-zA-Z]*)$/.test(partial))) {
    const listed = operands.length > 0 ? null : textRead(step, command)
    return (
      listed === null ||
      namesIn(listed).some(file => file.includes('$') || names.length === 0 || names.some(name => same(name, file)))
    )
  }
  if (!isCompared(command)) return false
  const files = operands.map(({ partial }) => fileNameOf(partial))
  return (
    files.length === 0 ||
    names.length === 0 ||
    files.some(file => /[$*]/.test(file) || names.some(name => same(name, file)))
  )
}

/** What a command reads from its input, when it is written there: `echo … |`, `<<<`, a heredoc. Null: not known. */
function textRead(step: Step, command: ShellCommand): string | null {
  const redirect = command.redirects.find(({ operator }) => operator.startsWith('<<'))
  if (redirect !== undefined) return redirect.target.partial
  const source = step.script.commands.find(({ pipesInto }) => pipesInto === command)
  if (source === undefined || !/^(echo|printf)$/.test(source.name)) return null
  return source.words
    .slice(1)
    .map(({ partial }) => partial)
    .join(' ')
}

/** File names of `HASH  name` lines: the last word of each line; `printf '%s  %s\n' "$A" f` has it last too. */
const namesIn = (text: string): string[] =>
  text
    .replaceAll('\\n', '\n')
    .split('\n')
    .map(line => fileNameOf(line.trim().split(/\s+/).at(-1)?.replace(/^\*/, '') ?? ''))
    .filter(name => name !== '')

/** Unknown parts of a name may be anything. */
function same(name: string, file: string): boolean {
  if (name === file || name.includes('$')) return true
  return file === '-' || /^[0-9a-f]{32,}$/i.test(file)
}

/** The sum goes into a test, a variable, or a `grep` for the right one. */
function isCompared(command: ShellCommand): boolean {
  if (command.inTest) return true
  for (let at: ShellCommand | null = command; at !== null; at = at.pipesInto) {
    if (comparers.test(at.name) && at !== command) return true
    const taker = at.substitutionIn
    if (taker !== null && (taker.words.length === 0 || taker.inTest || comparers.test(taker.name))) return true
  }
  return false
}

const comparers = /^(grep|egrep|fgrep|diff|cmp|comm|awk|test)$/
