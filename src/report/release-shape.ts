import { list, nullable, object, oneOf, text } from '../shape.ts'
import { digest, name, texts } from './plain-shapes.ts'
import type { ReportRelease } from './report.ts'

/** What became of publishing the images. */
export const release = object<ReportRelease>({
  state: oneOf('published', 'withheld', 'failed'),
  problem: nullable(text()),
  digest: nullable(digest),
  images: list(object({ repository: name, platform: name, digest, configDigest: digest }), 4000),
  tags: list(
    object({
      ...{ name, before: nullable(digest) },
      state: oneOf('moved', 'untouched', 'put-back', 'left', 'elsewhere', 'unknown'),
    }),
    4000,
  ),
  notes: texts,
})
