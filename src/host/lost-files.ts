import type { Log } from '../ports.ts'

const known = new WeakMap<Log, string[]>()

/** Keeps in mind that a file which the user asked for could not be written, beside what the log was told of it. */
export function noteLost(log: Log, path: string): void {
  known.set(log, [...lostFiles(log), path])
}

/** The files of a run that were asked for and are not there: a run without them has not done what it was asked to. */
export const lostFiles = (log: Log): readonly string[] => known.get(log) ?? []
