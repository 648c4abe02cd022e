import { open } from 'node:fs/promises'
import { hostProblem } from '../host/problem.ts'
import { InputError } from '../options/input-error.ts'
import type { Options } from '../options/options.ts'
import { shown } from '../options/value.ts'
import { reportIn, reportLimit } from '../report/read-report.ts'
import type { Report } from '../report/report.ts'

/**
 * The report.json of an earlier run, of another machine, or of somebody who must not be trusted: data, and nothing else.
 * @throws InputError when there is none, or it is none of ours
 */
export async function readReport({ report: path }: Pick<Options, 'report'>): Promise<Report> {
  if (path === undefined)
    throw new InputError([
      'Say which report.json to show: `repro-gate report PATH`, or the input `report` of the action',
    ])
  const read = reportIn(await textOf(path))
  if ('problem' in read) throw new InputError([`${shown(path)} cannot be shown: ${read.problem}`])
  return read.report
}

/**
 * What a report asks to fail on, where nobody says otherwise: a lint has no builds whose difference could.
 */
export const failOnOf = ({ command }: Report, { failOn }: Pick<Options, 'failOn'>): Options['failOn'] =>
  command === 'lint' && failOn === 'difference' ? 'error' : failOn

/** No more than a report may have is ever read, whatever stands there. */
async function textOf(path: string): Promise<string> {
  try {
    const file = await open(path, 'r')
    try {
      if ((await file.stat()).isDirectory()) throw new InputError([`${shown(path)} is a folder, and no report.json`])
      return await atMost(file.createReadStream({ autoClose: false, end: reportLimit }))
    } finally {
      await file.close()
    }
  } catch (error) {
    if (error instanceof InputError) throw error
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new InputError([`There is no file ${shown(path)}`])
    throw new InputError([`${shown(path)} cannot be read: ${hostProblem(error) ?? message}`])
  }
}

async function atMost(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = []
  for await (const piece of stream) pieces.push(piece)
  return Buffer.concat(pieces)
    .toString('utf8')
    .replace(/^\ufeff/, '')
}
