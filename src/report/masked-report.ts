import type { Report } from './report.ts'
import { reportShape } from './report-shape.ts'

/** Takes secrets out of texts and of bytes. */
export interface Mask {
  text: (text: string) => string
  bytes: (bytes: Uint8Array) => Uint8Array
}

/**
 * The report without secrets, whatever brought them into it: before anything is made of it, so that no renderer can show
 * one. Verdicts, digests and ids stay as they are.
 */
export const maskedReport = (report: Report, { text, bytes }: Mask): Report =>
  reportShape.mapped(report, {
    text,
    base64: encoded => Buffer.from(bytes(Buffer.from(encoded, 'base64'))).toString('base64'),
  })
