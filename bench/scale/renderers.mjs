// Every renderer with a report of so many images and findings: bytes, processor seconds, memory. One a process.
//   node bench/scale/renderers.mjs IMAGES FINDINGS RENDERER BUNDLE   (a job of bench/scale.mjs, which makes the bundle)
import { createHash } from 'node:crypto'
import { pathToFileURL } from 'node:url'

/** Of each renderer its text, given the bundle of them and a report. */
export const renderers = {
  'report.json': (all, report) => all.reportJson(report),
  terminal: (all, report) => all.renderTerminal(report, { colour: false, sources: {}, width: 120 }),
  'job summary': (all, report) => all.renderSummary(report),
  'check run': (all, report) => all.renderSummary(report, { maxBytes: 60_000 }),
  comment: (all, report) => all.renderComment(report, { marker: '<!-- x -->' }),
  annotations: (all, report) => JSON.stringify(all.annotations(report)),
  SARIF: (all, report) => all.renderSarif(report, text => createHash('sha256').update(text).digest('hex')),
  HTML: (all, report) => all.renderHtml(report),
  badge: (all, report) => all.renderBadge(report),
  predicate: (all, report) =>
    all.renderPredicate(report, 'scai', { sha256: digest(0).slice(7), at: new Date(0) }) ?? '',
  'masking it': (all, report) => JSON.stringify(all.maskedReport(report, all.createMasking(['a-secret-value']))),
  'reading it again': (all, report) => JSON.stringify(all.reportIn(all.reportJson(report))),
}

/** What esbuild makes one bundle of. */
export const entry = `
  export { reportJson } from './report/json.ts'
  export { renderTerminal } from './report/terminal.ts'
  export { renderSummary } from './report/summary.ts'
  export { renderComment } from './report/comment.ts'
  export { annotations } from './report/annotations.ts'
  export { renderSarif } from './report/sarif.ts'
  export { renderHtml } from './report/html/html.ts'
  export { renderBadge } from './report/badge.ts'
  export { renderPredicate } from './report/predicate.ts'
  export { maskedReport } from './report/masked-report.ts'
  export { createMasking } from './host/masking.ts'
  export { reportIn } from './report/read-report.ts'`

const digest = at => `sha256:${String(at).padStart(64, '0')}`

/** A gate of so many images, all of which differ in their third layer, with the findings spread evenly. */
export function reportOf(images, findings) {
  const names = Array.from({ length: images }, (_, at) => `team-${at % 50}-service-${at}`)
  const platform = 'linux/amd64'
  const fileOf = at => `services/s${at}/Dockerfile`
  const layerOf = (at, index) => ({ digest: digest(at * 10 + index), diffId: digest(at * 10 + index), size: 1_000_000 })
  const instruction = index => `RUN step ${index}`
  return {
    ...{ schemaVersion: 1, tool: { name: 'repro-gate', version: '0.0.0' }, command: 'gate', levelReasons: [] },
    ...{ verdict: 'not-reproducible', level: 'different', requiredLevel: 'same-content', doubts: [], notes: [] },
    scope: {
      ...{
        variations: ['context-times'],
        tried: ['context-times'],
        machines: 1,
        secondsApart: 4,
        platforms: [platform],
      },
      epoch: { seconds: 1_700_000_000, from: 'the commit' },
    },
    subject: {
      context: '.',
      file: fileOf(0),
      files: names.map((_, at) => fileOf(at)),
      target: null,
      commit: 'ab'.repeat(20),
    },
    results: names.map((image, at) => ({
      ...{ image, platform, verdict: 'not-reproducible', level: 'different', digest: null, file: fileOf(at) },
    })),
    builds: names.flatMap((image, at) =>
      ['A', 'B'].map(side => ({
        ...{ image, side, platform, digest: digest(at), configDigest: digest(at) },
        layers: [0, 1, 2, 3].map(index => ({
          ...layerOf(at, index),
          instruction: instruction(index),
          line: index + 1,
        })),
      })),
    ),
    layers: names.flatMap((image, at) =>
      [0, 1, 2, 3].map(index => ({
        ...{
          image,
          platform,
          index,
          instruction: instruction(index),
          line: index + 1,
          endLine: index + 1,
          base: index === 0,
        },
        ...{ equal: index !== 2, digestA: digest(at), digestB: digest(at + (index === 2 ? 1 : 0)) },
        ...{ sizeA: 1_000_000, sizeB: 1_000_000, differingPaths: index === 2 ? 20 : 0 },
      })),
    ),
    pullAgain: [],
    findings: Array.from({ length: findings }, (_, at) => findingOf(at, at % images, names, fileOf)),
    ...{ ingredients: null, ignored: [], versions: { node: '24' }, timings: { lint: 1 }, failure: null },
  }
}

function findingOf(at, of, names, fileOf) {
  const isCause = at % 3 === 0
  const line = 1 + (Math.floor(at / names.length) % 40)
  const location = { file: fileOf(of), line, endLine: line, column: 1, endColumn: 9 }
  return {
    ...{
      id: isCause ? 'build-time' : `RG2${String(1 + (at % 8)).padStart(2, '0')}`,
      source: isCause ? 'comparison' : 'lint',
    },
    ...{ level: ['error', 'warning', 'notice'][at % 3], class: 'now', title: `Finding ${at % 97}`, location },
    ...{ message: `What differs is told here, at some length, for ${names[of]}.`, count: 3, confidence: 'certain' },
    ...(isCause ? { images: [names[of]] } : {}),
    paths: [`usr/share/${at}/a`, `usr/share/${at}/b`, `usr/share/${at}/c`],
    evidence: isCause
      ? [{ what: 'build time', path: `usr/share/${at}/a`, offset: 3, a: '1700000001', b: '1700000005' }]
      : [],
    fix: { text: 'Give it the time of the commit.' },
    docs: 'https://github.com/repro-gate/repro-gate/blob/main/docs/causes/build-time.md',
  }
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  const [images, findings, name, bundle] = process.argv.slice(2)
  const all = await import(pathToFileURL(bundle).href)
  const report = reportOf(Number(images), Number(findings))
  const before = process.cpuUsage()
  const text = renderers[name](all, report)
  const { user, system } = process.cpuUsage(before)
  const peak = Math.round(process.resourceUsage().maxRSS / 1024)
  console.log(JSON.stringify({ cpu: (user + system) / 1e6, bytes: Buffer.byteLength(text), peak }))
}
