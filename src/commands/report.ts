import { readFile } from 'node:fs/promises'
import { InputError } from '../options/input-error.ts'
import type { Options } from '../options/options.ts'
import type { Report } from '../report/report.ts'

/**
 * The report.json of an earlier run, of another machine, or of somebody who must not be trusted: data, and nothing else.
 * @throws InputError when there is none, or it is none of ours
 */
export async function readReport({ report: path }: Options): Promise<Report> {
  if (path === undefined) throw new InputError(['say which report.json: repro-gate report PATH'])
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'))
    if (value !== null && typeof value === 'object' && 'schemaVersion' in value) return value as Report
  } catch (error) {
    throw new InputError([`${path}: ${(error as Error).message}`])
  }
  throw new InputError([`${path} is no report.json of repro-gate`])
}
