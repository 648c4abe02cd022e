import type { Instruction } from '../dockerfile/dockerfile.ts'
import type { Evidence, FindingClass, FindingLevel } from '../finding.ts'
import type { EntryDifference, LayerDifference } from '../image/comparison.ts'
import type { LayerPackages } from '../packages/facts.ts'
import type { PathOfDigest } from './content-digest.ts'
import type { Renames } from './renames.ts'
import type { Clock } from './values/time.ts'

/** One differing path with what is known around it: all a cause may look at. */
export interface Subject {
  entry: EntryDifference
  layer: LayerView
  clock: Clock
}

/** What the causes of one layer share. */
export interface LayerView {
  difference: LayerDifference
  /** Pairs of paths that are one thing under two names. */
  renames: Renames
  byPath: ReadonlyMap<string, EntryDifference>
  /** SHA-256 (hex) of a side's content → the differing path that has it, here or in an earlier layer. */
  pathOfDigest: PathOfDigest
  /** What the package databases of both sides say; null where they were not read. */
  packages: LayerPackages | null
}

/** That a cause explains a path, and the proof. */
export interface Recognition {
  /** `certain`: every differing byte of the path is accounted for. */
  confidence: 'certain' | 'likely'
  evidence: Evidence[]
  /** Which shape of the cause this is, where its words or its fix depend on it. */
  variant?: string
  /** The path that differs first and makes this one differ: no cause of its own. */
  follows?: string
  /** Further such paths, where it follows from several. */
  followsToo?: readonly string[]
  /** The path whose differing values this one only quotes. */
  quotes?: string
}

/** All paths that one cause explains at one instruction. */
export interface Found {
  subjects: Subject[]
  recognitions: Recognition[]
  /** The instruction to blame; null when no line is known. */
  instruction: Instruction | null
  /** `RUN`, `COPY`, …: of the instruction, else of the layer's history; '' when unknown. */
  keyword: string
  /** COPY or ADD takes from the build context, not from a stage or an image. */
  fromContext: boolean
}

/** What to tell people of a cause. */
export interface Description {
  title: string
  message: string
  /** `now` unless said. */
  class?: FindingClass
  /** `error` unless said. */
  level?: FindingLevel
  remedy: Remedy
  /** In place of the proofs of single paths. */
  evidence?: Evidence[] | undefined
}

/** What would make the paths alike. */
export interface Remedy {
  text: string
  /** Paths and patterns (absolute) to delete in the same instruction; joined with those of its other causes. */
  remove?: string[]
  /** Shell commands to run at the end of the same instruction; joined likewise. */
  append?: string[]
  /** Text to paste in place of the instruction's, given its text; null when the shape is not known. */
  rewrite?: (text: string, instruction: Instruction) => string | null
  /** The stage needs `ARG SOURCE_DATE_EPOCH` before the instruction. */
  needsEpoch?: boolean
  /** Text to paste when nothing better is known. */
  snippet?: string
}

/** One kind of reason why two builds differ. */
export interface Cause {
  id: string
  /** Gives null whenever the bytes do not say so: guessing is worse than silence. Never throws. */
  recognise: (subject: Subject) => Recognition | null
  describe: (found: Found) => Description
}
