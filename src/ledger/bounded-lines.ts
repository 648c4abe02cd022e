import { gunzipped } from '../image/gunzip.ts'
import { RecordError } from './record.ts'

/** Bytes of a record as it is stored, and unpacked; of one line; and lines. A million files take a tenth of it. */
const limits = { stored: 512 * 1024 ** 2, unpacked: 3 * 1024 ** 3, line: 48 * 1024 ** 2 }

const newline = 0x0a

/**
 * The lines of a gzip file, each bounded, without their ends. Whatever is packed in there, no more than a line of it is in
 * memory.
 * @param most bytes of the next line; asked for each
 * @throws RecordError for what is no gzip, damaged, cut off, or too much
 */
export async function* boundedLines(
  stored: AsyncIterable<Buffer>,
  most: () => number = () => limits.line,
): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  let pieces: Buffer[] = []
  let held = 0
  const take = (last: Buffer): string => {
    const bytes = pieces.length === 0 ? last : Buffer.concat([...pieces, last])
    pieces = []
    held = 0
    if (bytes.length > most()) throw new RecordError('a line of it is longer than any that is written')
    try {
      return decoder.decode(bytes)
    } catch {
      throw new RecordError('it is no text in UTF-8')
    }
  }
  for await (const chunk of unpacked(stored)) {
    let start = 0
    for (let end = chunk.indexOf(newline); end >= 0; end = chunk.indexOf(newline, start)) {
      yield take(chunk.subarray(start, end))
      start = end + 1
    }
    if (start === chunk.length) continue
    pieces.push(chunk.subarray(start))
    held += chunk.length - start
    if (held > most()) throw new RecordError('a line of it is longer than any that is written')
  }
  if (held > 0) throw new RecordError('it is cut off')
}

async function* unpacked(stored: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let size = 0
  try {
    for await (const chunk of gunzipped(bounded(stored))) {
      size += chunk.length
      if (size > limits.unpacked) throw new RecordError('it unpacks to far more than any record')
      yield chunk
    }
  } catch (error) {
    if (error instanceof RecordError) throw error
    throw new RecordError('it is no whole gzip file', { cause: error })
  }
}

async function* bounded(stored: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let size = 0
  for await (const chunk of stored) {
    size += chunk.length
    if (size > limits.stored) throw new RecordError(`it is larger than ${limits.stored / 1024 ** 2} MiB`)
    yield chunk
  }
}
