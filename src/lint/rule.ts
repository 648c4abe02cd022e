import type { Range } from '../dockerfile/dockerfile.ts'
import type { Evidence, Finding, FindingClass, FindingLevel, Fix, Location, Lookup } from '../finding.ts'
import type { View } from './view.ts'

/** One thing in the sources that lets two builds differ. */
export interface Rule {
  /** `RG201`; its page is docs/rules/RG201.md. */
  id: string
  title: string
  level: FindingLevel
  class: FindingClass
  /** Whether it runs in the default profile; the strict one runs all. */
  on: boolean
  /** Its level in the strict profile, where that is not what lint.ts gives all rules of its class. */
  strict?: FindingLevel
  /** It is silent when the build context is not at hand. */
  needsContext?: true
  /** Gives what it found, in any order. Never throws: what it cannot resolve it passes over in silence. */
  check(view: View): Draft[]
}

/** A finding as a rule writes it; lint.ts adds what the rule says for all of its findings. */
export interface Draft {
  /** The word to point at, in offsets of the Dockerfile's text. */
  range: Range
  /** What happens, why it matters, in plain words, one paragraph. */
  message: string
  /** In words; edits and lookup are given below, in offsets. */
  fix?: Pick<Fix, 'text' | 'snippet'>
  /** Safe changes: the rule finds nothing here after them, and BuildKit parses all else as before. */
  edits?: DraftEdit[]
  lookup?: { kind: Lookup['kind']; reference: string; edit: DraftEdit }
  /** Where it is shown when that is in another file; an ignore in the Dockerfile still goes by the range. */
  at?: Location
  /** Only where this finding is milder or of another kind than the rule's usual one. */
  level?: FindingLevel
  class?: FindingClass
  confidence?: Finding['confidence']
  evidence?: Evidence[]
  /** How many things the one finding stands for (packages, files). */
  count?: number
}

/** A change of the Dockerfile in offsets of its text, or lines to add to the ignore file in force. */
export type DraftEdit = { range: Range; text: string } | { ignoreLines: string[] }
