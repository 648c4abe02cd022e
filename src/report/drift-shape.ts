import { list, matching, nullable, object, oneOf, text } from '../shape.ts'
import type { MovedBase, ReportDrift, ReportVanished } from './drift-report.ts'
import { digest, name } from './plain-shapes.ts'

/** What became of an image that was proven before. */
export const drift = object<ReportDrift>({
  kind: oneOf('same', 'base-moved', 'differs', 'cannot-build', 'undecided'),
  since: nullable(matching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/, 'a time in UTC')),
  commit: nullable(name),
  bases: list(object<MovedBase>({ reference: name, from: digest, to: nullable(digest) }), 1000),
  vanished: nullable(
    object<ReportVanished>({
      kind: oneOf('image', 'package', 'address', 'repository', 'changed', 'unreachable', 'certificate'),
      ...{ name: nullable(text()), says: text() },
    }),
  ),
  packages: list(object({ name: text(), from: nullable(text()), to: nullable(text()) }), 10_000),
})
