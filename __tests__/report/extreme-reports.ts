import type { Report } from '../../src/report/report.ts'
import { at, common, digest, finding, layer, layers, notReproducible } from './reports.ts'

const nasty =
  '<script>alert(1)</script> | `rm -rf /` ](javascript:alert(1)) ![x](http://evil.example/x.png) @octocat #123 GH-7 \u202egnp.exe\u202c \u001b[31mred\u0007 www.evil.example a@b.example $x$ ~~s~~ **b** _i_ </details> <!-- -->\r\n## Not reproducible\n::error::x ##[set-output name=verdict]reproducible\n```\n~~~\n| a | b |\n'

const hostileSmoke = (text: string): NonNullable<Report['smoke']> => {
  const bytes = { bytes: 3, digest: digest('5') }
  const run = { exitCode: 1, stdout: bytes, stderrTail: [text, text], seconds: 1 }
  const result = {
    ...{ image: text, platform: text, why: text, oneImage: false, a: run, b: run },
    ...{ excerpt: { at: text, a: [text], b: [text] }, files: [{ path: text, equal: false, a: bytes, b: null }] },
  }
  return {
    ...{ command: text, files: [text] },
    results: [
      { ...result, state: 'differs', differs: ['stdout', 'files'] },
      { ...result, state: 'not-run', differs: [] },
    ],
  }
}

/** The same text wherever a Dockerfile, an image or a log could bring one. */
export function hostile(text: string): Report {
  const place = { file: `${text}/Dockerfile`, line: 3, endLine: 3 }
  const bad = (id: string) =>
    finding(id, {
      ...{ title: text, message: text, location: place, via: [place], paths: [text, text], count: 2, related: [text] },
      ...(/^RG/.test(id) ? { outcome: { seen: 'not-seen' as const, why: text } } : { unforeseen: text }),
      evidence: [{ what: text, path: text, offset: 3, a: text, b: text }],
      fix: { text, snippet: text, edits: [{ ...place, column: 1, endColumn: 1, text }] },
    })
  return {
    ...notReproducible,
    subject: { context: text, file: text, files: [text], target: text, commit: text },
    ...{ doubts: [text], notes: [text, text], levelReasons: [text], images: { A: text, B: text } },
    pullAgain: [text, `${text}/v8`].flatMap(platform => notReproducible.pullAgain.map(one => ({ ...one, platform }))),
    scope: { ...common.scope, variations: [text], platforms: [text], epoch: { seconds: 1, from: text } },
    builds: notReproducible.builds.map(one => ({
      ...one,
      platform: text,
      digest: `${text}${one.side}`,
      configDigest: text,
    })),
    layers: layers.map(one => ({ ...one, platform: text, instruction: text, digestA: text })),
    findings: [bad('cause'), { ...bad('RG101'), id: text, docs: text }, bad('RG201')],
    ignored: [{ finding: bad('RG301'), reason: text, by: place }],
    suggested: [{ file: text, diff: `--- ${text}\n+++ ${text}\n@@ -1,1 +1,1 @@\n-${text}\n+${text}\n` }],
    versions: { [text]: text },
    timings: { lint: 1, [text]: 2 },
    failure: { side: 'B', step: text, message: text, location: place, logTail: [text, text] },
    smoke: hostileSmoke(text),
  }
}

export const hostileEverywhere: Report = hostile(nasty)

/** Five thousand findings and two hundred layers. */
export const enormous: Report = {
  ...notReproducible,
  layers: Array.from({ length: 200 }, (_, index) =>
    layer(index, {
      instruction: `RUN step ${index}`,
      line: index + 1,
      endLine: index + 1,
      equal: index % 3 !== 0,
      digestB: digest(`${index}b`),
    }),
  ),
  findings: Array.from({ length: 5000 }, (_, index) => {
    const line = (index % 400) + 1
    const id = index % 2 === 0 ? 'build-time' : 'RG201'
    const level = (['error', 'warning', 'notice'] as const)[index % 3] ?? 'notice'
    return finding(id, {
      ...{ level, location: at(line), title: `Finding number ${index}`, message: 'x'.repeat(900), count: 50 },
      paths: Array.from({ length: 50 }, (_, path) => `usr/share/${index}/${'d'.repeat(100)}/${path}`),
      evidence: [{ what: 'build time', path: `usr/share/${index}`, a: 'a'.repeat(150), b: 'b'.repeat(150) }],
    })
  }),
}
