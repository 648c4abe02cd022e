import { byWeight } from '../finding.ts'
import { imageNames } from './images.ts'
import { harmless } from './json.ts'
import { failuresOf, type Report } from './report.ts'
import { fromRoot, type RepositoryPath } from './sarif-files.ts'
import { fingerprints } from './sarif-fingerprint.ts'
import { artifactOf, type PhysicalLocation, placeOf, sourceRoot } from './sarif-place.ts'
import { noLinks, resultOf, type SarifLevel, type SarifResult, shortly } from './sarif-result.ts'
import { type RulePages, rulesOf, shownId } from './sarif-rule.ts'
import { clip, visible } from './visible.ts'
import { counted, failureWords } from './words.ts'

/** GitHub takes 25,000 results of a run and keeps 5,000: of ours none is lost without a word. */
const mostResults = 5000
/** Of all results as compact JSON. GitHub takes 10 MB, zipped. */
const mostBytes = 5 * 1024 ** 2

/** What is known beside the report. */
export interface SarifSurroundings {
  /** For the help of the rules; without them it is told in short. */
  pages?: RulePages
  /** Without it files are taken to be named from the root of the repository. */
  pathOf?: RepositoryPath
}

/**
 * The findings as SARIF 2.1.0, for code scanning: worst first, within GitHub's limits, and with a note of how many are left
 * out. An undecided run says so as a failed invocation: no results of it mean nothing.
 * @param hash a digest of a text as hex: for fingerprints, which stay when lines move
 */
export function renderSarif(
  given: Report,
  hash: (text: string) => string,
  { pages = {}, pathOf = file => file }: SarifSurroundings = {},
): string {
  const report = fromRoot(given, pathOf)
  const sorted = [...report.findings].sort(byWeight)
  const rules = rulesOf(sorted, pages)
  const indexes = new Map(rules.map(({ id }, index) => [id, index]))
  const prints = fingerprints(sorted.slice(0, mostResults), report, hash)
  const fallback = somewhere(report)
  const results = within(
    sorted.slice(0, mostResults).map((finding, at) =>
      resultOf(finding, report, {
        ruleIndex: indexes.get(shownId(finding)) ?? 0,
        ...{ fallback, fingerprint: prints[at] ?? '' },
      }),
    ),
  )
  const leftOut = sorted.length - results.length
  const { verdict, level, requiredLevel, scope } = report
  const run = {
    tool: {
      driver: {
        name: 'repro-gate',
        ...{ version: shortly(report.tool.version), ...semantic(report.tool.version) },
        informationUri: 'https://github.com/repro-gate/repro-gate',
        ...{ rules, notifications: notificationKinds() },
      },
    },
    automationDetails: { id: automationId(report, hash) },
    invocations: [
      {
        executionSuccessful: verdict !== 'undecided' && failuresOf(report).length === 0,
        toolExecutionNotifications: [...undecided(report), ...shortened(leftOut)],
      },
    ],
    ...{ originalUriBaseIds: sourceRoot, columnKind: 'utf16CodeUnits' },
    results,
    properties: {
      ...{ verdict, level, requiredLevel, leftOut, ignored: report.ignored.length },
      ...(scope === null ? {} : { machines: scope.machines, variations: scope.variations.slice(0, 50).map(shortly) }),
    },
  }
  const log = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] }
  return `${harmless(JSON.stringify(log, null, 2))}\n`
}

/** Findings that no line is to blame for are shown at the top of the Dockerfile; of two given images, at the image. */
function somewhere({ subject, images }: Report): PhysicalLocation {
  const named = artifactOf(subject.file) ?? subject.files.map(artifactOf).find(one => one !== null) ?? null
  const image = images && artifactOf(images.A.replace(/^[a-z-]+:\/*/, '').replace(/^\/+/, ''))
  return { artifactLocation: named ?? image ?? { uri: 'Dockerfile' }, region: { startLine: 1 } }
}

/**
 * Up to the last slash it is GitHub's category: what replaces what was uploaded before. One for each set of files, of
 * images and of platforms, and each target, so that the jobs of a matrix stand beside each other.
 */
function automationId(report: Report, hash: (text: string) => string): string {
  const { command, subject, images, scope } = report
  const given = subject.files.length > 0 ? subject.files : [images?.A ?? '', images?.B ?? '']
  const sets = [given, subject.target === null ? [] : [subject.target], imageNames(report), scope?.platforms ?? []]
  const parts = sets.filter(names => names.length > 0).map(names => [...new Set(names)].sort().join('+'))
  const told = parts.map(part => encodeURIComponent(part.length <= 80 ? shortly(part) : hash(part).slice(0, 16)))
  return `repro-gate/${[command, ...told].join('/')}/`
}

const notificationKinds = () => [
  notificationKind(
    'undecided',
    'Nothing was proven: this is not a pass.',
    'What is told here keeps a verdict from being one: mend it, and run again.',
  ),
  notificationKind('left-out', 'There are more findings than can be shown here.', 'All of them are in report.json.'),
]

function notificationKind(id: string, what: string, help: string) {
  const text = { text: what }
  return { id, shortDescription: text, fullDescription: text, help: { text: help } }
}

interface Notification {
  descriptor: { id: string; index: number }
  level: SarifLevel
  message: { text: string }
  locations?: { physicalLocation: PhysicalLocation }[]
}

/** Why nothing was proven. */
function undecided(report: Report): Notification[] {
  if (report.verdict !== 'undecided') return []
  const failed = failuresOf(report).map(failure => {
    const place = failure.location && placeOf(failure.location)
    const text = `Undecided: ${failureWords(failure)}. ${visible(clip(failure.message, 1000))}`
    return { text, ...(place ? { locations: [{ physicalLocation: place }] } : {}) }
  })
  const told = [...failed, ...report.doubts.map(doubt => ({ text: `Undecided: ${visible(clip(doubt, 1000))}` }))]
  const all = told.length > 0 ? told : [{ text: 'Undecided: nothing was proven, so this is not a pass.' }]
  return all.slice(0, 50).map(({ text, ...more }) => ({
    ...{ descriptor: { id: 'undecided', index: 0 }, level: 'error', message: { text: noLinks(text) } },
    ...more,
  }))
}

const shortened = (leftOut: number): Notification[] =>
  leftOut === 0
    ? []
    : [
        {
          ...{ descriptor: { id: 'left-out', index: 1 }, level: 'warning' },
          message: { text: `${counted(leftOut, 'finding')} more, less bad than these, are in report.json alone.` },
        },
      ]

/** The worst of them that fit. */
function within(results: readonly SarifResult[]): SarifResult[] {
  let bytes = 0
  const full = results.findIndex(result => {
    bytes += Buffer.byteLength(JSON.stringify(result)) + 1
    return bytes > mostBytes
  })
  return full < 0 ? [...results] : results.slice(0, full)
}

const semantic = (version: string): { semanticVersion?: string } =>
  /^\d+\.\d+\.\d+(?:-[\w.]+)?$/.test(version) ? { semanticVersion: version } : {}
