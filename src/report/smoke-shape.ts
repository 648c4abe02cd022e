import { list, matching, nullable, number, object, oneOf, optional, text, whole } from '../shape.ts'
import { name, texts } from './plain-shapes.ts'
import type { ReportSmoke, SmokeBytes, SmokeExcerpt, SmokeFile, SmokeResult, SmokeRun } from './smoke-report.ts'

const bytes = object<SmokeBytes>({ bytes: whole(), digest: matching(/^sha256:[0-9a-f]{64}$/, 'a SHA-256') })

const run = object<SmokeRun>({ exitCode: whole(0, 255), stdout: bytes, stderrTail: texts, seconds: number(0) })

const result = object<SmokeResult>({
  ...{ image: optional(name), platform: name },
  state: oneOf('same', 'differs', 'failed', 'not-run'),
  ...{ why: nullable(text()), oneImage: oneOf(true, false) },
  differs: list(oneOf(...(['exit-code', 'stdout', 'files'] as const)), 3),
  ...{ a: nullable(run), b: nullable(run) },
  excerpt: optional(object<SmokeExcerpt>({ at: name, a: texts, b: texts })),
  files: list(
    object<SmokeFile>({ path: name, equal: oneOf(true, false), a: nullable(bytes), b: nullable(bytes) }),
    1000,
  ),
})

/** What a command did in both images. */
export const smoke = object<ReportSmoke>({ command: text(), files: list(name, 1000), results: list(result, 2000) })
