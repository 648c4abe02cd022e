import type { Report } from './report.ts'

/** The order of the keys we know, wherever they stand; any other key comes after them, by name. */
const order = [
  ...['schemaVersion', 'tool', 'name', 'version', 'command', 'images', 'verdict', 'level', 'levelReasons'],
  ...['requiredLevel', 'doubts', 'notes', 'scope'],
  ...['variations', 'tried', 'machines', 'secondsApart', 'platforms', 'epoch', 'seconds', 'from', 'bases'],
  ...[
    'subject',
    'context',
    'file',
    'files',
    'target',
    'commit',
    'results',
    'logs',
    'image',
    'builds',
    'side',
    'platform',
    'digest',
    'configDigest',
  ],
  ...['diffId', 'size', 'id', 'source', 'class', 'title', 'message', 'step', 'location', 'line', 'endLine', 'column'],
  ...[
    'endColumn',
    'via',
    'paths',
    'count',
    'confidence',
    'evidence',
    'what',
    'path',
    'offset',
    'a',
    'b',
    'fix',
    'text',
  ],
  ...[
    'snippet',
    'change',
    'before',
    'after',
    'docs',
    'related',
    'outcome',
    'seen',
    'why',
    'unforeseen',
    'index',
    'instruction',
    'base',
    'equal',
    'digestA',
    'digestB',
    'sizeA',
    'sizeB',
  ],
  ...[
    'differingPaths',
    'layers',
    ...['entries', 'list', 'more', 'layer', 'kind', 'changes', 'causes', 'follows', 'excerpt'],
    ...['member', 'differs', 'withheld', 'type', 'mode', 'uid', 'gid', 'user', 'group', 'mtime', 'link'],
    'pullAgain',
    ...[
      'compressed',
      'firstDiffering',
      'pullLayers',
      'pullBytes',
      'pullBytesAtMost',
      'totalLayers',
      'totalBytes',
      'layersAbove',
      'layersAboveEqual',
      'repackedLayers',
      'repackedBytes',
      'timesOnlyLayers',
      'timesOnlyBytes',
    ],
    'findings',
    'ingredients',
    ...['osPackages', 'languagePackages', 'downloads', 'contextCopies', 'unreadCopies'],
    'ignored',
    'finding',
    'reason',
    'by',
    'suggested',
    'diff',
    'versions',
    'timings',
    'failure',
    'logTail',
  ],
]
const rank = new Map(order.map((key, index) => [key, index]))

/** The text of report.json: the same Report gives the same bytes, whatever order its keys were set in. */
export const reportJson = (report: Report): string => `${harmless(JSON.stringify(ordered(report), null, 2))}\n`

/** The same values, for whoever prints them into a log: a runner obeys `##[…]` anywhere in a line, a terminal turns text round. */
export const harmless = (json: string): string =>
  json
    .replaceAll('##[', '#\\u0023[')
    .replace(
      /[\u007f-\u009f\p{Bidi_Control}\u2028\u2029]/gu,
      at => `\\u${at.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered)
  if (value === null || typeof value !== 'object') return value
  const entries = Object.entries(value).sort(([a], [b]) => place(a) - place(b) || (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, inner]) => [key, ordered(inner)]))
}

const place = (key: string): number => rank.get(key) ?? order.length
