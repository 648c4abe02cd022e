import type { Evidence } from '../../finding.ts'
import type { ContentPair } from '../../image/comparison.ts'
import type { Cause, Recognition, Subject } from '../cause.ts'
import { bothBegin, bytesOf, contentDiffers, isAligned, wholesOf } from '../content.ts'
import { elfOf } from '../formats/elf-evidence.ts'
import { withFlag } from '../rewrite.ts'
import { moment } from '../values/excerpt.ts'
import type { Clock, Window } from '../values/time.ts'
import { isWithin } from '../values/time.ts'

/** Little-endian: notes of the compiler (.gcno), counts of a run (.gcda). */
const magics = ['oncg', 'adcg'].map(text => [...Buffer.from(text)])
const [stampStart, stampEnd] = [8, 12]

/** Coverage files of gcc, and programs that write them: a stamp made of the clock says which belong together. */
export const gcovStamp: Cause = {
  id: 'gcov-stamp',
  recognise: subject => inCoverageFile(subject) ?? inProgram(subject),
  describe: () => ({
    title: 'gcc stamps coverage files with the time of compilation',
    message:
      'With --coverage (-ftest-coverage) gcc writes a stamp made of the clock, in milliseconds, into each .gcno file and into the object file; the program writes it into its .gcda files when it runs. The stamp differs in every build.',
    remedy: {
      text: 'Ship what is compiled without --coverage, or keep .gcno and .gcda files out of the image; or give gcc a fixed seed, of which the stamp is then made: -frandom-seed=NAME (each source file its own name).',
      rewrite: withFlag('gcc|g\\+\\+|cc|c\\+\\+', '-frandom-seed=1'),
    },
  }),
}

/** Both sides' stamps of a coverage file; null for any other. */
export function coverageStamps(content: ContentPair | null): { a: Buffer; b: Buffer } | null {
  if (!content || !magics.some(magic => bothBegin(content, magic))) return null
  const [a, b] = [content.a, content.b].map(({ head }) => bytesOf(head).subarray(stampStart, stampEnd))
  return a?.length === 4 && b?.length === 4 ? { a, b } : null
}

function inCoverageFile({ entry, clock }: Subject): Recognition | null {
  const stamps = contentDiffers(entry) ? coverageStamps(entry.content) : null
  if (!stamps || !entry.content || stamps.a.equals(stamps.b)) return null
  const proof = proofOf(stamps.a.readUInt32LE(), stamps.b.readUInt32LE(), clock)
  if (proof === null) return null
  const alone =
    isAligned(entry.content) &&
    entry.content.runs.every(({ offset, length }) => offset >= stampStart && offset + length <= stampEnd)
  return { confidence: alone ? 'certain' : 'likely', evidence: [{ ...proof, path: entry.path, offset: stampStart }] }
}

/** The same stamp in an object file or program that has gcov in it. */
function inProgram(subject: Subject): Recognition | null {
  const { entry, clock } = subject
  const elf = elfOf(subject)
  const bytes = elf?.complete && elf.texts.length + elf.times.length === 0 ? wholesOf(entry.content) : null
  if (!elf || !bytes || elf.rest.length === 0 || elf.rest.length > 500 || !bytes.a.includes('__gcov_')) return null
  const proofs = elf.rest.map(({ run, text, offset }): Evidence | null => {
    if (!run || text || run.length > 4) return null
    const [a, b] = [bytesOf(run.a), bytesOf(run.b)]
    for (let at = Math.max(0, run.before + run.length - 4); at <= run.before; at++) {
      if (at + 4 > Math.min(a.length, b.length)) break
      const proof = proofOf(a.readUInt32LE(at), b.readUInt32LE(at), clock)
      if (proof !== null) return { ...proof, path: entry.path, offset }
    }
    return null
  })
  const [first] = proofs
  return first && proofs.every(proof => proof !== null) ? { confidence: 'certain', evidence: [first] } : null
}

function proofOf(stampA: number, stampB: number, clock: Clock): Evidence | null {
  const [a, b] = [momentOf(stampA, clock.a), momentOf(stampB, clock.b)]
  return a === null || b === null || stampA === stampB
    ? null
    : { what: 'stamp of gcov: the lower 32 bits of milliseconds since 1970', a: moment(a), b: moment(b) }
}

/** The moment of the build with these lower 32 bits, in ms since 1970; null when the build had none. */
function momentOf(stamp: number, window: Window): number | null {
  if (!Number.isFinite(window.startedAt)) return null
  const round = 2 ** 32
  const before = Math.floor(window.startedAt / round) * round + stamp
  const found = [before - round, before, before + round].find(ms => isWithin({ ms, span: 1, daily: false }, window))
  return found ?? null
}
