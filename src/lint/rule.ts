import type { Range } from '../dockerfile/dockerfile.ts'
import type { Evidence, Finding, FindingClass, FindingLevel, Fix } from '../finding.ts'
import type { View } from './view.ts'

/** One thing in the sources that lets two builds differ. */
export interface Rule {
  /** `RG201`; its page is docs/rules/RG201.md. */
  id: string
  title: string
  level: FindingLevel
  class: FindingClass
  /** Whether it runs when the user says nothing about it. */
  on: boolean
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
  fix?: Fix
  /** Only where this finding is milder or of another kind than the rule's usual one. */
  level?: FindingLevel
  class?: FindingClass
  confidence?: Finding['confidence']
  evidence?: Evidence[]
  /** How many things the one finding stands for (packages, files). */
  count?: number
}
