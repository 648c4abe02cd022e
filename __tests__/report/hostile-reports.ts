import fc from 'fast-check'
import type { Report } from '../../src/report/report.ts'
import { comparedDifferent } from './compared-reports.ts'
import { hostileEverywhere } from './extreme-reports.ts'
import { fixable } from './fixable-reports.ts'
import { threeImages } from './image-reports.ts'
import { buildFailed, configOnly, lintOnly, notReproducible, reproducible, undecided } from './reports.ts'

/** What a file name, a label or a line of a log may try on whoever shows it. */
export const hostilePieces: readonly string[] = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</details></table></pre></textarea><h1>Reproducible</h1>',
  '<!-- --> ]]> <![CDATA[',
  '&lt;&#x3c;&amp;',
  '![x](https://evil.example/x.png) [y](javascript:alert(1))',
  '| a | b |\n|---|---|\n',
  '\n## Reproducible\n\n> [!NOTE]\n',
  '```\n~~~\n``````',
  '`` ` ``',
  '@octocat #123 GH-7 www.evil.example https://evil.example a@b.example',
  '$x$ \\(y\\) ~~s~~ **b** _i_ :tada:',
  '::error file=a,line=1::forged',
  '\n::set-output name=verdict::reproducible\n',
  '\r::stop-commands::x\r\n::add-mask::a',
  '##[error]forged ##[group]x',
  '%0A::warning::%25',
  '\u001b[2J\u001b[31mred\u001b]8;;https://evil.example\u0007link\u001b]8;;\u0007',
  '\u009b31m\u0085\u0007\b\b\b',
  '\u202egnp.exe\u202c \u2066x\u2069 \u200f\u061c',
  '\u200b\u200d\ufeff\u2028\u2029\u{e0041}',
  '\0',
  '\ud800',
  '\udfff',
  '../../../../etc/passwd',
  '/etc/passwd\\..\\x',
  'javascript:alert(1)//',
  'data:text/html,<script>alert(1)</script>',
  '{{7*7}} ${7*7} <%= 7*7 %>',
  '__proto__',
  'constructor',
  '😀\u0301\u0301\u0301',
  'x'.repeat(10_000),
  '`'.repeat(10_000),
  '<b>'.repeat(3_000),
]

/** One text of nobody we trust. */
export const hostileText: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...hostilePieces) },
  {
    weight: 3,
    arbitrary: fc
      .array(fc.oneof(fc.constantFrom(...hostilePieces.slice(0, -3)), fc.string({ maxLength: 12 })), { maxLength: 6 })
      .map(pieces => pieces.join('')),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
)

/** Fields that hold one of a few words, or a digest: a text there makes it no report. */
const words = new Set([
  ...['schemaVersion', 'name', 'command', 'verdict', 'level', 'requiredLevel', 'machines', 'side', 'source', 'class'],
  ...['confidence', 'seen', 'digest', 'configDigest', 'diffId', 'digestA', 'digestB'],
  ...['kind', 'changes', 'type', 'mode', 'mtime', 'state', 'differs'],
])

/** The same report with these texts, in turn, in the place of every text that is not one of a few words. */
export function withTexts(report: Report, texts: readonly string[]): Report {
  let at = 0
  const next = (): string => texts[at++ % texts.length] ?? ''
  const within = (value: unknown, key: string): unknown => {
    if (typeof value === 'string') return words.has(key) ? value : next()
    if (Array.isArray(value)) return value.map(one => within(one, key))
    if (value === null || typeof value !== 'object') return value
    const base64 = key === 'excerpt' ? ['a', 'b'] : []
    return Object.fromEntries(
      Object.entries(value).map(([inner, one]) => [
        inner,
        base64.includes(inner) && typeof one === 'string' ? one : within(one, inner),
      ]),
    )
  }
  return within(report, '') as Report
}

const bases = [
  ...[reproducible, notReproducible, undecided, buildFailed, lintOnly, configOnly, comparedDifferent, threeImages],
  ...[fixable, hostileEverywhere],
]

/** Reports of every kind in which every text is somebody else's. Their words and numbers are those of real ones. */
export const hostileReports: fc.Arbitrary<Report> = fc
  .record({ base: fc.constantFrom(...bases), texts: fc.array(hostileText, { minLength: 1, maxLength: 7 }) })
  .map(({ base, texts }) => withTexts(base, texts))
