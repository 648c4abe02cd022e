import type { Report } from '../../src/report/report.ts'
import { comparedDifferent, comparedSame, comparedUndecided } from './compared-reports.ts'
import { drift, twoPlatforms } from './drift-reports.ts'
import { driftedAway, driftedBase, driftedPackages, driftedSame } from './drifted-reports.ts'
import { enormous, hostileEverywhere } from './extreme-reports.ts'
import { fixable, manyAlike } from './fixable-reports.ts'
import { allImagesProven, threeImages } from './image-reports.ts'
import { fromLedger, partlyFromLedger } from './ledger-reports.ts'
import { notReleased, released, releasedImages } from './release-reports.ts'
import { buildFailed, configOnly, lintClean, lintOnly, notReproducible, reproducible, undecided } from './reports.ts'
import { behavesDifferently, behavesSame, neverStarted, onlyBytesDiffer } from './smoke-reports.ts'

/** Every report that has a golden, by its file. */
export const all: Record<string, Report> = {
  reproducible,
  'not-reproducible': notReproducible,
  undecided,
  'build-failed': buildFailed,
  lint: lintOnly,
  'lint-clean': lintClean,
  'lint-fixable': fixable,
  'lint-alike': manyAlike,
  'compare-different': comparedDifferent,
  'compare-same': comparedSame,
  'compare-undecided': comparedUndecided,
  'config-only': configOnly,
  images: threeImages,
  'images-proven': allImagesProven,
  drift,
  platforms: twoPlatforms,
  ledger: fromLedger,
  'ledger-images': partlyFromLedger,
  'drifted-same': driftedSame,
  'drifted-base': driftedBase,
  'drifted-packages': driftedPackages,
  'drifted-away': driftedAway,
  released,
  'released-images': releasedImages,
  'not-released': notReleased,
  'smoke-same': behavesSame,
  'smoke-differs': behavesDifferently,
  'smoke-bytes-only': onlyBytesDiffer,
  'smoke-not-started': neverStarted,
  hostile: hostileEverywhere,
  enormous,
}
