import { createWriteStream } from 'node:fs'
import type { Masking } from '../ports.ts'
import { harmless } from './log.ts'

/** A log that is kept as a file: bounded, and harmless to whoever opens it. */
export interface KeptLog {
  write(line: string): void
  /** Resolves when all is on the disk: null; or could not be: why. */
  end(): Promise<string | null>
}

/** Bytes of the beginning; what follows is kept only as far as it is the end. */
const mostHead = 8 * 1024 ** 2
const mostTail = 1024 ** 2

/**
 * Lines that are not ours are written without secrets, and without what a terminal would obey. A disk that is full loses
 * lines, nothing else.
 */
export function keptLog(path: string, mask?: Masking['text']): KeptLog {
  const clean = harmless(mask)
  const file = createWriteStream(path, { mode: 0o600 })
  let broken: string | null = null
  file.on('error', error => {
    broken = error.message
  })
  let head = 0
  let tail: string[] = []
  let tailBytes = 0
  let leftOut = 0
  return {
    write(line) {
      if (broken !== null) return
      const text = `${clean(line)}\n`
      const bytes = Buffer.byteLength(text)
      if (head + bytes <= mostHead && leftOut === 0 && tail.length === 0) {
        head += bytes
        file.write(text)
        return
      }
      tail.push(text)
      tailBytes += bytes
      if (tailBytes <= 2 * mostTail) return
      // Half of it at once: taking out line by line would shift the rest each time.
      let at = 0
      for (; at < tail.length && tailBytes > mostTail; at++) tailBytes -= Buffer.byteLength(tail[at] as string)
      leftOut += at
      tail = tail.slice(at)
    },
    end: () =>
      new Promise(resolve => {
        file.on('close', () => resolve(broken))
        if (broken !== null || file.closed) return resolve(broken)
        if (leftOut > 0) file.write(`… ${leftOut} lines left out here …\n`)
        file.end(tail.join(''))
      }),
  }
}
