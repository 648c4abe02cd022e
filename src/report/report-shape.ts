import type { Edit, Evidence, Finding, Fix, LinesChange, Location } from '../finding.ts'
import type { DifferingEntry, EntryCause, EntryExcerpt, EntryFacts } from '../image/differing-entry.ts'
import {
  base64,
  list,
  matching,
  nullable,
  number,
  object,
  oneOf,
  optional,
  record,
  type Shape,
  since,
  text,
  whole,
} from '../shape.ts'
import type { Against, Scope, ScopeProof } from '../verdict.ts'
import { drift } from './drift-shape.ts'
import { digest, name, texts } from './plain-shapes.ts'
import { release } from './release-shape.ts'
import type {
  Ingredient,
  PullAgain,
  Report,
  ReportBuild,
  ReportEntries,
  ReportEntry,
  ReportFailure,
  ReportLayer,
  ReportResult,
} from './report.ts'
import { smoke } from './smoke-shape.ts'

const line = whole(1, 2 ** 31 - 1)
const bytes = whole()
const id = matching(/^[^\p{Cc}\p{Cs}]{1,200}$/u, 'an id')
const verdict = oneOf('reproducible', 'not-reproducible', 'undecided')
const level = nullable(oneOf('identical', 'same-content', 'same-files', 'different'))
const side = oneOf('A', 'B')

const location = object<Location>({
  ...{ file: name, line, endLine: line },
  ...{ column: optional(line), endColumn: optional(line) },
})

const evidence = object<Evidence>({
  what: text(),
  path: optional(text()),
  offset: optional(number(0)),
  a: optional(text()),
  b: optional(text()),
})

const edit = object<Edit>({ file: name, line, column: line, endLine: line, endColumn: line, text: text() })

const change = object<LinesChange>({
  ...{ file: name, line },
  ...{ before: list(text(), 10_000), after: list(text(), 10_000) },
})

const fix = object<Fix>({
  change: optional(change),
  text: text(),
  snippet: optional(text()),
  edits: optional(list(edit, 1000)),
  lookup: optional(
    object({ kind: oneOf('image-digest', 'url-checksum', 'git-commit'), reference: text(), edit: edit }),
  ),
})

const finding = object<Finding>({
  id,
  source: oneOf('lint', 'comparison', 'docker'),
  level: oneOf('error', 'warning', 'notice'),
  class: oneOf('now', 'drift', 'machine'),
  title: text(),
  message: text(),
  location: optional(location),
  via: optional(list(location, 1000)),
  images: optional(list(name, 1000)),
  paths: list(text(), 1000),
  count: whole(),
  confidence: oneOf('certain', 'likely', 'unknown'),
  evidence: list(evidence, 1000),
  fix: optional(fix),
  docs: text(4096),
  related: optional(list(id, 1000)),
  outcome: optional(object({ seen: oneOf('confirmed', 'not-seen'), why: text() })),
  unforeseen: optional(text()),
})

const against = object<Against>({
  ...{ kind: oneOf('record', 'records', 'image', 'digest', 'ledger'), name },
  inputs: optional(oneOf('same', 'partly-known', 'differ')),
  records: optional(whole(0, 1000)),
  proof: optional(
    object<ScopeProof>({
      ...{ at: name, level: oneOf('identical', 'same-content', 'same-files'), variations: list(name, 200) },
      ...{ commit: nullable(name), url: optional(name), runner: optional(name), otherRunner: oneOf(true, false) },
    }),
  ),
  of: optional(list(name, 2000)),
})

const scope = object<Scope>({
  variations: list(name, 200),
  tried: optional(list(name, 200)),
  machines: oneOf('same-machine', 'two-builders', 'unknown'),
  secondsApart: nullable(number(0)),
  platforms: list(name, 200),
  epoch: nullable(object({ seconds: whole(-(2 ** 53 - 1)), from: text() })),
  bases: optional(list(name, 1000)),
  against: optional(against),
})

const result = object<ReportResult>({
  image: nullable(name),
  platform: name,
  verdict,
  level,
  digest: nullable(digest),
  file: name,
  against: optional(against),
})

const build = object<ReportBuild>({
  image: optional(name),
  side,
  platform: name,
  digest,
  configDigest: digest,
  layers: list(object({ digest, diffId: digest, size: bytes, instruction: text(), line: nullable(line) }), 10_000),
})

const layer = object<ReportLayer>({
  image: optional(name),
  platform: name,
  index: whole(),
  instruction: text(),
  line: nullable(line),
  endLine: nullable(line),
  base: oneOf(true, false),
  equal: oneOf(true, false),
  digestA: nullable(digest),
  digestB: nullable(digest),
  sizeA: nullable(bytes),
  sizeB: nullable(bytes),
  differingPaths: whole(),
})

const pullAgain = object<PullAgain>({
  image: optional(name),
  platform: name,
  compressed: oneOf(true, false),
  firstDiffering: nullable(object({ index: whole(), line: nullable(line), instruction: text() })),
  ...{ pullLayers: whole(), pullBytes: bytes, pullBytesAtMost: bytes, totalLayers: whole(), totalBytes: bytes },
  ...{ layersAbove: whole(), layersAboveEqual: whole(), repackedLayers: whole(), repackedBytes: bytes },
  ...{ timesOnlyLayers: whole(), timesOnlyBytes: bytes },
})

const failure = object<ReportFailure>({
  image: optional(name),
  stopped: optional(oneOf(true)),
  side,
  step: nullable(text()),
  message: text(),
  location: nullable(location),
  logTail: list(text(), 1000),
})

const facts = object<EntryFacts>({
  type: oneOf('file', 'directory', 'symlink', 'hardlink', 'char-device', 'block-device', 'fifo', 'other'),
  mode: matching(/^[0-7]{1,12}$/, 'an octal mode'),
  ...{ uid: whole(), gid: whole(), user: optional(text()), group: optional(text()), size: bytes },
  mtime: matching(/^-?\d{1,25}(?:\.\d{1,25})?$/, 'a time in seconds'),
  ...{ link: optional(text()), device: optional(text()) },
  digest: optional(matching(/^[0-9a-f]{64}$/, 'a SHA-256')),
  attributes: optional(record(text())),
})

/** 256 bytes. */
const excerptBytes = nullable(base64(344))

const excerpt = object<EntryExcerpt>({
  member: optional(text()),
  ...{ offset: bytes, differs: bytes, a: excerptBytes, b: excerptBytes },
  withheld: optional(oneOf(true)),
})

const cause = object<EntryCause>({ id, line: nullable(line), follows: optional(oneOf(true)) })

const entryFields = {
  path: text(),
  layer: whole(),
  line: nullable(line),
  kind: oneOf('added', 'removed', 'changed'),
  changes: list(
    oneOf(...(['content', 'size', 'type', 'mode', 'owner', 'mtime', 'link', 'device', 'attributes', 'order'] as const)),
    20,
  ),
  ...{ a: nullable(facts), b: nullable(facts), causes: list(cause, 1000) },
  ...{ via: optional(list(line, 1000)), excerpt: optional(excerpt) },
} satisfies Record<keyof DifferingEntry, unknown>

const entries = object<ReportEntries>({
  list: list(object<ReportEntry>({ ...entryFields, image: optional(name), platform: name }), 20_000),
  more: whole(),
})

const places = list(location, 10_000)
const ingredients = object<Record<Ingredient, Location[]>>({
  ...{ images: places, osPackages: places, languagePackages: places, downloads: places, contextCopies: places },
  unreadCopies: since(places, []),
})

/** All of report.json. Fields that came after the first version say what their absence means. */
export const reportShape: Shape<Report> = object<Report>({
  schemaVersion: oneOf(1),
  tool: object({ name: oneOf('repro-gate'), version: text(200) }),
  command: oneOf('gate', 'lint', 'compare'),
  images: optional(
    object<NonNullable<Report['images']>>({ A: text(), B: text(), others: optional(list(text(), 1000)) }),
  ),
  verdict: nullable(verdict),
  level,
  levelReasons: since(texts, []),
  requiredLevel: nullable(oneOf('identical', 'same-content', 'same-files')),
  doubts: texts,
  notes: since(texts, []),
  scope: nullable(scope),
  subject: object({
    ...{
      context: text(),
      file: name,
      files: since(list(name, 10_000), []),
      target: nullable(name),
      commit: nullable(name),
    },
  }),
  results: optional(list(result, 2000)),
  builds: list(build, 4000),
  layers: list(layer, 20_000),
  entries: optional(entries),
  pullAgain: since(list(pullAgain, 2000), []),
  findings: list(finding, 20_000),
  ingredients: since(nullable(ingredients), null),
  ignored: list(object({ finding, reason: nullable(text()), by: location }), 20_000),
  suggested: optional(list(object({ file: name, diff: text() }), 10_000)),
  versions: record(text()),
  timings: record(number(0)),
  failure: nullable(failure),
  logs: optional(list(name, 4000)),
  failures: optional(list(failure, 4000)),
  release: optional(release),
  drift: optional(drift),
  smoke: optional(smoke),
})
