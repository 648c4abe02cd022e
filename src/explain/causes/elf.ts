import type { Evidence } from '../../finding.ts'
import type { ByteRun, ContentPair } from '../../image/comparison.ts'
import type { Cause, Subject } from '../cause.ts'
import { bothBegin, bytesOf, contentDiffers, isAligned, runBounds } from '../content.ts'
import { excerpt } from '../excerpt.ts'
import type { RunTime } from '../run-time.ts'
import { timeOfRun } from '../run-time.ts'
import { runEvidence } from './build-time.ts'

const elf = [0x7f, 0x45, 0x4c, 0x46]
const noteOwner = Buffer.from('GNU\0')

/** A program or library that has its compile time in it: __DATE__ and __TIME__, or a linker's stamp. */
export const elfDateMacro: Cause = {
  id: 'elf-date-macro',
  recognise: subject => {
    const parts = readElf(subject)
    if (!parts?.times.some(isMacro)) return null
    return {
      confidence: parts.rest.length === 0 && parts.aligned ? 'certain' : 'likely',
      evidence: [
        ...parts.times.slice(0, 3).map(time => runEvidence(subject.entry.path, time)),
        ...parts.buildIds.slice(0, 1).map(run => buildIdEvidence(subject.entry.path, run)),
        ...parts.rest.slice(0, 1).map(run => ({
          what: 'other bytes differ that are not a time',
          path: subject.entry.path,
          offset: run.offset,
        })),
      ],
    }
  },
  describe: ({ subjects }) => ({
    title: 'A program has its compile time in it',
    message: `${subjects.length === 1 ? 'A compiled file holds' : `${subjects.length} compiled files hold`} the date or time at which it was compiled (__DATE__, __TIME__, or a stamp made by the build system). Each build compiles in another moment.`,
    remedy: {
      text: 'Let the compiler see SOURCE_DATE_EPOCH: gcc and clang then take __DATE__ and __TIME__ from it. Or remove the macros; -Wdate-time -Werror=date-time finds them.',
      needsEpoch: true,
      snippet: 'ARG SOURCE_DATE_EPOCH',
      rewrite: text => text,
    },
  }),
}

/** A program or library in which a random or temporary path or name was compiled in. */
export const elfBuildPath: Cause = {
  id: 'elf-build-path',
  recognise: subject => {
    const parts = readElf(subject)
    if (!parts || parts.paths.length === 0 || parts.times.length > 0) return null
    return {
      confidence: parts.rest.length === 0 && parts.aligned ? 'certain' : 'likely',
      evidence: [
        ...parts.paths.slice(0, 3).map(found => ({
          what: 'a random or temporary name in the program',
          path: subject.entry.path,
          offset: found.run.offset,
          a: excerpt(found.a),
          b: excerpt(found.b),
        })),
        ...parts.buildIds.slice(0, 1).map(run => buildIdEvidence(subject.entry.path, run)),
      ],
    }
  },
  describe: () => ({
    title: 'A program has a temporary path or a random name in it',
    message:
      'A compiled file names the folder or the temporary file it was made from, or sections with a random suffix. The name is drawn anew in every build.',
    remedy: {
      text: 'Build in a fixed folder, map it away (`-ffile-prefix-map=$PWD=.`), give a fixed seed (`-frandom-seed=…`, for link-time optimisation), or strip the result.',
    },
  }),
}

/** `Nov 21 2026`, `03:00:05`: what the compiler writes. Any other form came into the program from a script. */
const isMacro = ({ a }: RunTime): boolean =>
  typeof a === 'string' && /^(?:(?:[A-Z][a-z]{2} )?[A-Z][a-z]{2} [ \d]\d\b|\d\d:\d\d:\d\d$)/.test(a)

interface ElfParts {
  aligned: boolean
  times: RunTime[]
  buildIds: ByteRun[]
  paths: { run: ByteRun; a: string; b: string }[]
  rest: ByteRun[]
}

/** Sorts the differing runs of an ELF file by what they are; null for anything else. */
function readElf({ entry, clock }: Subject): ElfParts | null {
  const { content } = entry
  if (!contentDiffers(entry) || !content || !bothBegin(content, elf)) return null
  const parts: ElfParts = { aligned: isAligned(content), times: [], buildIds: [], paths: [], rest: [] }
  for (const run of content.runs) {
    const time = timeOfRun(run, clock)
    const name = randomName(run)
    if (time && (typeof time.a === 'string' || time.covers)) parts.times.push(time)
    else if (isBuildId(run, content)) parts.buildIds.push(run)
    else if (name) parts.paths.push({ run, ...name })
    else parts.rest.push(run)
  }
  return parts
}

/** The GNU build-id note: sizes, type 3, owner `GNU`, then 16 or 20 bytes of hash. */
function isBuildId(run: ByteRun, content: ContentPair): boolean {
  if (run.length > 24) return false
  const head = bytesOf(content.a.head)
  const from = Math.max(0, run.offset - 40)
  const around = run.offset <= head.length ? head.subarray(from, run.offset) : bytesOf(run.a).subarray(0, run.before)
  const owner = around.lastIndexOf(noteOwner)
  return owner >= 4 && around.readUInt32LE(owner - 4) === 3
}

/** Differing text in a run that is a path under /tmp, or a name with a random part. */
function randomName(run: ByteRun): { a: string; b: string } | null {
  const a = printableAround(run, bytesOf(run.a))
  const b = printableAround(run, bytesOf(run.b))
  const random =
    /\/tmp\/|tmp[._-]?[A-Za-z0-9]{6}|\bcc[A-Za-z0-9]{6}\.|lto_|\.[0-9a-f]{8,16}$|rustc[A-Za-z0-9]{6}|tmpxft_|build[.-][A-Za-z0-9]{6}/
  return a !== null && b !== null && random.test(a) && random.test(b) ? { a, b } : null
}

function printableAround(run: ByteRun, bytes: Buffer): string | null {
  const { start, end } = runBounds(run)
  const text = bytes.toString('latin1')
  const left = /[\x20-\x7e]*$/.exec(text.slice(0, start))?.[0] ?? ''
  const middle = text.slice(start, end)
  const right = /^[\x20-\x7e]*/.exec(text.slice(end))?.[0] ?? ''
  return /^[\x20-\x7e]+$/.test(middle) ? left + middle + right : null
}

const buildIdEvidence = (path: string, run: ByteRun): Evidence => ({
  what: 'the build ID, a hash over the whole file, follows',
  path,
  offset: run.offset,
})
