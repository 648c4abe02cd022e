import { list, nullable, object, oneOf, optional, text } from '../shape.ts'
import { digest, name, texts } from './plain-shapes.ts'
import type { ReportRelease } from './report.ts'

/** What became of publishing the images. */
export const release = object<ReportRelease>({
  state: oneOf('published', 'withheld', 'failed'),
  problem: nullable(text()),
  digest: nullable(digest),
  digests: optional(list(object({ image: name, digest }), 4000)),
  images: list(
    object<ReportRelease['images'][number]>({
      image: optional(name),
      repository: name,
      platform: name,
      digest,
      configDigest: digest,
    }),
    4000,
  ),
  tags: list(
    object<ReportRelease['tags'][number]>({
      ...{ image: optional(name), name, before: nullable(digest) },
      state: oneOf('moved', 'untouched', 'put-back', 'left', 'elsewhere', 'unknown'),
    }),
    4000,
  ),
  notes: texts,
})
