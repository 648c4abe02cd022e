import { constants, openSync } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { Socket } from 'node:net'
import { addAbortSignal } from 'node:stream'
import { hostProblem } from '../host/problem.ts'
import { InputError } from '../options/input-error.ts'
import type { Options } from '../options/options.ts'
import { shown } from '../options/value.ts'
import type { Ports } from '../ports.ts'
import { reportIn, reportLimit } from '../report/read-report.ts'
import type { Report } from '../report/report.ts'
import { notToItsEnd } from './as-input.ts'

/**
 * The report.json of an earlier run, of another machine, or of somebody who must not be trusted: data, and nothing else.
 * @throws InputError when there is none, or it is none of ours
 */
export async function readReport(
  { report: path }: Pick<Options, 'report'>,
  { signal }: Pick<Ports, 'signal'>,
): Promise<Report> {
  if (path === undefined)
    throw new InputError([
      'Say which report.json to show: `repro-gate report PATH`, or the input `report` of the action',
    ])
  const read = reportIn(await textOf(path, signal))
  if ('problem' in read) throw new InputError([`${shown(path)} cannot be shown: ${read.problem}`])
  return read.report
}

/**
 * What a report asks to fail on, where nobody says otherwise: a lint has no builds whose difference could.
 */
export const failOnOf = ({ command }: Report, { failOn }: Pick<Options, 'failOn'>): Options['failOn'] =>
  command === 'lint' && failOn === 'difference' ? 'error' : failOn

/** No more than a report may have is ever read, whatever stands there. */
async function textOf(path: string, signal: AbortSignal): Promise<string> {
  try {
    if ((await stat(path)).isFIFO()) return await atMost(fromPipe(path, signal))
    const file = await open(path, 'r')
    try {
      if ((await file.stat()).isDirectory()) throw new InputError([`${shown(path)} is a folder, and no report.json`])
      return await atMost(file.createReadStream({ autoClose: false, end: reportLimit }))
    } finally {
      await file.close()
    }
  } catch (error) {
    if (signal.aborted) throw notToItsEnd(path, signal)
    if (error instanceof InputError) throw error
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new InputError([`There is no file ${shown(path)}`])
    throw new InputError([`${shown(path)} cannot be read: ${hostProblem(error) ?? message}`])
  }
}

/** To open or read a pipe waits for who writes into it, and where files are read nothing ends that, not even the process's own end. */
function fromPipe(path: string, signal: AbortSignal): Socket {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  return addAbortSignal(signal, new Socket({ fd, readable: true, writable: false }))
}

async function atMost(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of stream) {
    pieces.push(piece)
    length += piece.length
    // One byte more than there may be tells that it is too much.
    if (length > reportLimit) break
  }
  return Buffer.concat(pieces)
    .toString('utf8')
    .replace(/^\ufeff/, '')
}
