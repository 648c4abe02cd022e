import { docsUrl, type Finding } from '../finding.ts'
import type { ReportDrift, ReportVanished } from './drift-report.ts'
import { prose } from './markdown.ts'
import type { Report, ReportFailure } from './report.ts'
import { clip, visible } from './visible.ts'
import { counted, placed, sentence, shortDigest } from './words.ts'

/** The heading in words. */
export const driftTitles: Record<ReportDrift['kind'], string> = {
  same: '✅ Still the same image',
  'base-moved': '⚠️ Still the same image, on a base that its tag has left',
  differs: '❌ It builds another image now',
  'cannot-build': '❌ It cannot be built any more',
  undecided: '⚠️ Undecided',
}

/** What drifted, in a sentence or two of Markdown; empty where nothing was built again. */
export function driftLine(report: Report): string {
  const [first = '', ...more] = sentences(report)
  return first === '' ? '' : [`**${prose(first, 600)}**`, ...more.map(words => prose(words, 1500))].join(' ')
}

/** The same as plain text. */
export const driftText = (report: Report): string => sentences(report).join(' ').replaceAll('`', '')

/** Words are ours, and quote in backticks. */
function sentences(report: Report): string[] {
  const { drift } = report
  if (drift === undefined) return []
  const { kind, bases } = drift
  const became: Record<typeof kind, string> = {
    same: `${subjectOf(report)} still gives the same image.`,
    'base-moved': `${subjectOf(report)} still gives the same image on the base of then.`,
    differs: `${subjectOf(report)} gives another image now.`,
    'cannot-build': `${subjectOf(report)} cannot be built any more.`,
    undecided: `Whether ${subjectOf(report)} still gives the same image was not decided.`,
  }
  const why = kind === 'differs' ? packageWords(drift) : kind === 'cannot-build' ? vanishedWords(report) : ''
  return [became[kind], why, bases.length > 0 ? movedWords(drift) : ''].filter(Boolean)
}

function subjectOf({ drift, subject: { file } }: Report): string {
  const { commit = null, since = null } = drift ?? {}
  // The file of another commit has that before its name.
  const name = quote(file.replace(/^[0-9a-f]{12}:/, '') || 'The image', 160)
  const at = commit === null ? '' : ` of commit ${quote(commit.slice(0, 12), 12)}`
  return `${name}${at}${since === null ? '' : `, proven on ${since.slice(0, 10)},`}`
}

const quote = (foreign: string, most: number): string => `\`${clip(visible(foreign), most).replaceAll('`', "'")}\``

function packageWords({ packages }: ReportDrift): string {
  if (packages.length === 0) return ''
  const shown = packages.slice(0, 5).map(changeOf)
  const more = packages.length > shown.length ? ` and ${packages.length - shown.length} more` : ''
  return `${counted(packages.length, 'package')} ${packages.length === 1 ? 'is' : 'are'} not the same: ${shown.join(', ')}${more}.`
}

/** `curl 8.5 → 8.6` */
function changeOf({ name, from, to }: ReportDrift['packages'][number]): string {
  if (from === null && to === null) return quote(name, 80)
  return quote(`${name} ${from ?? '(none)'} → ${to ?? '(none)'}`, 200)
}

function movedWords({ bases }: ReportDrift): string {
  const shown = bases
    .slice(0, 5)
    .map(({ reference, from, to }) =>
      to === null
        ? `the tag ${quote(reference, 200)} (\`${shortDigest(from)}\` then) is gone`
        : `the tag ${quote(reference, 200)} has moved from \`${shortDigest(from)}\` to \`${shortDigest(to)}\``,
    )
  const more = bases.length > shown.length ? `, and ${bases.length - shown.length} more` : ''
  return sentence(`${shown.join('; ')}${more}.`)
}

function vanishedWords({ drift, failure }: Report): string {
  const vanished = drift?.vanished
  const where = failure?.location ? quote(placed(failure.location), 200) : ''
  if (vanished) return sentence(`${where === '' ? '' : `${where}: `}${goneWords(vanished)}.`)
  return where === '' ? '' : `It fails at ${where}; what it lacks its log does not say in so many words.`
}

const what: Record<ReportVanished['kind'], string> = {
  image: 'the base image',
  package: 'the package',
  address: 'the file at the address',
  repository: 'the repository',
  changed: 'what is downloaded',
  unreachable: 'the server',
  certificate: 'the certificate or key of the server',
}

/** `the package `curl 7.88.1` is not there any more` */
export function goneWords({ kind, name }: ReportVanished): string {
  const named = name === null ? what[kind] : `${what[kind]} ${quote(name, 300)}`
  if (kind === 'changed') return `${named} has another checksum now`
  if (kind === 'unreachable') return `${named} could not be reached, which may pass`
  if (kind === 'certificate') return `${named} is not valid any more`
  return `${named} is not there any more`
}

const remedies: Record<ReportVanished['kind'], string> = {
  image:
    'Build on an image that is still there, and keep copies of base images in a registry of your own: others delete what no tag names any more.',
  package:
    'Name a version that is offered now, or install from an archive that keeps old ones: snapshot.debian.org, snapshot.ubuntu.com, or a mirror of your own.',
  address:
    'Name an address that keeps the file, such as that of a release, or keep a copy of it where nobody removes it.',
  repository: 'Name a repository that is still there, by a commit, or keep a mirror of it.',
  changed:
    'Somebody changed the file under the same address. Find out whether it is to be trusted; then take the new checksum, or name an address whose file does not change.',
  unreachable: 'Run it again later. Where it stays so, keep a copy of what is fetched from there.',
  certificate:
    'Renew the certificates or keys that the image has (ca-certificates, the archive keyring), or build on a newer base image.',
}

/** An input that is gone, at the line that asks for it. */
export const vanishedFinding = (vanished: ReportVanished, { location }: ReportFailure): Finding => ({
  ...{ id: 'vanished-input', source: 'comparison', level: 'error', class: 'drift' },
  title: `It cannot be built any more: ${goneWords(vanished).replaceAll('`', '')}`,
  message: `The build failed, and says why: ${goneWords(vanished)}. When the image was proven it was still there, so nobody who has only the sources can make this image again.`,
  ...(location ? { location } : {}),
  ...{ paths: [], count: 1, confidence: vanished.kind === 'unreachable' ? 'likely' : 'certain' },
  evidence: [{ what: `the build says: ${clip(visible(vanished.says), 300)}` }],
  fix: { text: remedies[vanished.kind] },
  docs: docsUrl('vanished-input'),
})
