/** How much a finding matters to the reader, worst first. */
export const findingLevels = ['error', 'warning', 'notice'] as const
export type FindingLevel = (typeof findingLevels)[number]

/** When the difference shows: in two builds back to back, next week, or on another machine. */
export type FindingClass = 'now' | 'drift' | 'machine'

/** A place in a source file; lines and columns are 1-based, `endColumn` is exclusive. Columns only within one line. */
export interface Location {
  file: string
  line: number
  endLine: number
  column?: number
  endColumn?: number
}

/** What proves a finding: what was seen, and where it can be told apart, both sides' values. All bounded text. */
export interface Evidence {
  /** What was seen, in words: `build time at byte 8 of the header`. */
  what: string
  /** The file in the image, without a leading slash, or a JSON pointer into the image config. */
  path?: string
  /** Byte offset in that file. */
  offset?: number
  a?: string
  b?: string
}

/** What to change: the words, and where there is one, the text to paste. */
export interface Fix {
  text: string
  snippet?: string
  /** Changes that are safe to make by machine: after them the finding is gone and nothing else has changed. */
  edits?: Edit[]
  /** A change that is as safe once a registry or server has been asked. */
  lookup?: Lookup
  /** Lines of the source file before and after, where the fix can be written out: for people to judge, not for a machine. */
  change?: LinesChange
}

/** Whole lines of one file: as they are, and as the fix leaves them. */
export interface LinesChange {
  file: string
  /** Of the first line of `before`, 1-based. */
  line: number
  before: string[]
  after: string[]
}

/** A change of one place of a source file. 1-based, in UTF-16 units, the end exclusive; an empty place inserts. */
export interface Edit {
  file: string
  line: number
  column: number
  endLine: number
  endColumn: number
  text: string
}

/** Something only a registry or server knows, and the edit that puts it in place of `{}`. */
export interface Lookup {
  /** `image-digest`: `sha256:…` of the index. `url-checksum`: `sha256:…` of the file. `git-commit`: 40 hex digits. */
  kind: 'image-digest' | 'url-checksum' | 'git-commit'
  /** The image reference; the address; `<repository>#<ref>`. */
  reference: string
  edit: Edit
}

/** The one currency between stages: lint makes findings from the sources, explain makes them from the bytes. */
export interface Finding {
  /** A lint rule (`RG201`), a cause (`pyc-timestamp`), or a check of Docker's own (`StageNameCasing`). */
  id: string
  source: 'lint' | 'comparison' | 'docker'
  level: FindingLevel
  class: FindingClass
  title: string
  /** What happened and why it matters, in plain words, one paragraph. */
  message: string
  /** The instruction (or word of it) to blame; absent when no source line is to blame. */
  location?: Location
  /** For a traced difference: the places it came through, nearest to the image first (the COPY). */
  via?: Location[]
  /** The images of a bake or compose file that it is about; absent where there is one, or it is not about a build. */
  images?: string[]
  /** Paths in the image that differ for this reason: at most 50, worst first. */
  paths: string[]
  /** How many paths, or places, there are in all. */
  count: number
  confidence: 'certain' | 'likely' | 'unknown'
  evidence: Evidence[]
  fix?: Fix
  /** URL of the page about this id. */
  docs: string
  /** Ids of findings of the other source that say the same: the lint rule that foresaw it, or the cause that confirmed it. */
  related?: string[]
  /** For a lint finding, once two builds were compared: whether they showed what it fears, and why it may matter even so. */
  outcome?: { seen: 'confirmed' | 'not-seen'; why: string }
  /** For a cause at a known line that no lint rule foresaw there: says so, and whether one could have. */
  unforeseen?: string
}

const docs = 'https://github.com/repro-gate/repro-gate/blob/main/docs'

/** Where the page about a rule or cause is; of what a run of the images showed there is one. */
export const docsUrl = (id: string): string =>
  id.startsWith('smoke-') ? `${docs}/smoke.md` : `${docs}/${/^RG\d/.test(id) ? 'rules' : 'causes'}/${id}.md`

/** Worst first, then by place, then by id: the order in which findings are shown and cut. */
export function byWeight(a: Finding, b: Finding): number {
  return (
    findingLevels.indexOf(a.level) - findingLevels.indexOf(b.level) ||
    sourceOrder(a) - sourceOrder(b) ||
    (a.location?.file ?? '').localeCompare(b.location?.file ?? '', 'en') ||
    (a.location?.line ?? 0) - (b.location?.line ?? 0) ||
    (a.location?.column ?? 0) - (b.location?.column ?? 0) ||
    a.id.localeCompare(b.id, 'en')
  )
}

/** What was proven from bytes comes before what the sources let one fear, and that before matters of style. */
const sourceOrder = (finding: Finding): number => ['comparison', 'lint', 'docker'].indexOf(finding.source)
