import type { Edit, Finding, FindingLevel } from '../finding.ts'
import type { Report } from './report.ts'
import { artifactOf, deletedRegion, type PhysicalLocation, placeOf, type Region } from './sarif-place.ts'
import { clip, visible, visibleLines } from './visible.ts'
import { kindWords, placed } from './words.ts'

export interface SarifResult {
  ruleId: string
  ruleIndex: number
  level: SarifLevel
  message: { text: string }
  locations: { physicalLocation: PhysicalLocation; logicalLocations?: { fullyQualifiedName: string; kind: string }[] }[]
  relatedLocations?: { id: number; physicalLocation: PhysicalLocation; message: { text: string } }[]
  partialFingerprints: Record<string, string>
  fixes?: {
    description: { text: string }
    artifactChanges: {
      artifactLocation: PhysicalLocation['artifactLocation']
      replacements: { deletedRegion: Region; insertedContent: { text: string } }[]
    }[]
  }[]
  properties: Record<string, unknown>
}

export type SarifLevel = 'error' | 'warning' | 'note'

export const sarifLevel: Record<FindingLevel, SarifLevel> = { error: 'error', warning: 'warning', notice: 'note' }

/** GitHub shows 100 places of a result. */
const mostPlaces = 100
/** Paths in the image that are named in a result: report.json has more. */
const mostPaths = 10

/** @param fallback where a finding is shown that no line is to blame for: GitHub takes no result without a place */
export function resultOf(
  finding: Finding,
  report: Report,
  { ruleIndex, fallback, fingerprint }: { ruleIndex: number; fallback: PhysicalLocation; fingerprint: string },
): SarifResult {
  const paths = [...new Set(finding.paths.slice(0, mostPaths).map(shortly))]
  const via = (finding.via ?? []).flatMap(at => {
    const physicalLocation = placeOf(at)
    return physicalLocation === null ? [] : [{ physicalLocation, message: { text: 'Carried into the image here' } }]
  })
  const fix = fixOf(finding)
  return {
    ruleId: shortly(finding.id),
    ruleIndex,
    level: sarifLevel[finding.level],
    message: { text: noLinks(messageOf(finding, report.command)) },
    locations: [
      {
        physicalLocation: (finding.location && placeOf(finding.location)) ?? fallback,
        ...(paths.length > 0 ? { logicalLocations: paths.map(resource) } : {}),
      },
    ],
    ...(via.length > 0 ? { relatedLocations: via.slice(0, mostPlaces).map((one, id) => ({ id, ...one })) } : {}),
    partialFingerprints: { 'reproGate/v1': fingerprint },
    ...(fix === null ? {} : { fixes: [fix] }),
    properties: {
      ...{ class: finding.class, source: finding.source, confidence: finding.confidence, count: finding.count },
      ...(finding.outcome ? { seen: finding.outcome.seen } : {}),
      ...(finding.images ? { images: finding.images.slice(0, 20).map(shortly) } : {}),
    },
  }
}

/** What happened, both values, what to do. */
function messageOf(finding: Finding, command: Report['command']): string {
  const { message, evidence, fix, via = [], location, outcome } = finding
  const seen = evidence.slice(0, 3).map(({ what, path, a, b }) => {
    const values = [a === undefined ? '' : `A: ${shortly(a)}`, b === undefined ? '' : `B: ${shortly(b)}`]
    const found = values.filter(Boolean).join(', ')
    return `${path === undefined ? '' : `${shortly(path)}: `}${shortly(what)}${found && ` (${found})`}.`
  })
  const at = location && placeOf(location) === null ? `At ${shortly(placed(location))}, ${outside}.` : ''
  const through = via.length > 0 ? `Carried into the image by ${shortly(via.slice(0, 5).map(placed).join(', '))}.` : ''
  const told = outcome
    ? visible(clip(outcome.seen === 'confirmed' ? outcome.why : `Not seen in this run. ${outcome.why}`, 400))
    : ''
  const kind = `This ${kindWords(finding, command)}.`
  return [
    visible(clip(message, 1500)),
    at,
    ...seen,
    through,
    told,
    kind,
    fix ? `Fix: ${visible(clip(fix.text, 600))}` : '',
  ]
    .filter(Boolean)
    .join(' ')
}

const outside =
  'which is no file of this repository; code scanning takes nothing without a place in it, so it is shown here'

/** The safe edits of a finding: all of them or none. */
function fixOf({ fix }: Finding): NonNullable<SarifResult['fixes']>[number] | null {
  const edits = fix?.edits ?? []
  const files = [...new Set(edits.map(({ file }) => file))]
  const artifactChanges = files.map(file =>
    changeOf(
      file,
      edits.filter(edit => edit.file === file),
    ),
  )
  if (!fix || artifactChanges.length === 0 || artifactChanges.some(change => change === null)) return null
  return {
    description: { text: noLinks(visible(clip(fix.text, 600))) },
    artifactChanges: artifactChanges.filter(change => change !== null),
  }
}

function changeOf(file: string, edits: readonly Edit[]) {
  const artifactLocation = artifactOf(file)
  const replacements = edits.map(edit => ({ region: deletedRegion(edit), text: edit.text }))
  if (artifactLocation === null) return null
  const possible = replacements.flatMap(({ region, text }) =>
    region === null || text.length > 65_536 || visibleLines(text) !== text.replace(/\r\n/g, '\n')
      ? []
      : [{ deletedRegion: region, insertedContent: { text } }],
  )
  return possible.length === edits.length ? { artifactLocation, replacements: possible } : null
}

/** `[x](y)` is a link in a message of SARIF. */
export const noLinks = (text: string): string => text.replaceAll('](', '] (')

const resource = (path: string) => ({ fullyQualifiedName: path, kind: 'resource' })

/** One line of it, with nothing to click. */
export const shortly = (text: string): string => noLinks(visible(clip(text, 200)))
