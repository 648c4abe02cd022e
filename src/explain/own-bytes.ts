import type { Cause, Subject } from './cause.ts'
import { arTime } from './causes/ar-time.ts'
import { buildTime } from './causes/build-time.ts'
import { digestOf } from './causes/digest-of.ts'
import { elfBuildPath, elfDateMacro } from './causes/elf.ts'
import { gzipTime } from './causes/gzip-time.ts'
import { lineOrder } from './causes/line-order.ts'
import { pycContent } from './causes/pyc-content.ts'
import { pycTimestamp } from './causes/pyc-timestamp.ts'
import { randomToken } from './causes/random-token.ts'
import { sqliteTime } from './causes/sqlite-time.ts'
import { tarHeader } from './causes/tar-header.ts'
import { zipTime } from './causes/zip-time.ts'

/** Causes that show in a file's own bytes that it was made here. */
const made: readonly Cause[] = [
  ...[pycTimestamp, pycContent, zipTime, tarHeader, gzipTime, arTime, elfDateMacro, elfBuildPath, sqliteTime],
  ...[digestOf, buildTime, lineOrder, randomToken],
]

/** Whether a file's own bytes prove why it differs, whatever package it belongs to. `atLeast`: how sure they must be. */
export const isExplainedByItsBytes = (subject: Subject, atLeast: 'certain' | 'likely' = 'certain'): boolean =>
  made.some(cause => {
    const recognition = cause.recognise(subject)
    return recognition !== null && (atLeast === 'likely' || recognition.confidence === 'certain')
  })
