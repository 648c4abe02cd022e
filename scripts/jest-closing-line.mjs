// Jest reporter: the run's very last line is `N passed, N failed` or `N passed, N failed, N skipped`.
import { writeSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'

/** Counts tests; a suite that could not run at all counts as one failed test. */
export function closingLine({
  numPassedTests,
  numFailedTests,
  numRuntimeErrorTestSuites,
  numPendingTests,
  numTodoTests,
}) {
  const skipped = numPendingTests + numTodoTests
  const failed = numFailedTests + numRuntimeErrorTestSuites
  return `${numPassedTests} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`
}

/** Every other test that was skipped, by its name, which says what it needs. */
export function skippedNotes(results) {
  const titles = results.testResults
    .filter(({ testFilePath }) => !testFilePath.endsWith('.engine.test.ts'))
    .flatMap(({ testResults }) => testResults.filter(({ status }) => status === 'pending' || status === 'todo'))
    .map(({ fullName }) => `Skipped: ${fullName}`)
  return titles.length > 20 ? [...titles.slice(0, 20), `and ${titles.length - 20} more`] : titles
}

/** Every test that passed at the second try only, with the reason of the first: not proven to be chance. */
export function retriedNotes(results) {
  const tests = results.testResults.flatMap(({ testResults }) => testResults)
  return tests
    .filter(({ status, retryReasons }) => status === 'passed' && retryReasons?.length > 0)
    .map(({ fullName, retryReasons }) => `Passed at the second try: ${fullName}\n${reasonIn(retryReasons[0])}`)
}

/** The first lines that say something, without colours and stack. */
const reasonIn = text =>
  stripVTControlCharacters(text)
    .split('\n')
    .filter(line => line.trim() !== '' && !/^\s+at /.test(line))
    .slice(0, 4)
    .map(line => `  ${line.trim()}`)
    .join('\n')

/** What a person must know about the engine after this run. */
export function engineNotes(results, env) {
  const suites = results.testResults.filter(({ testFilePath }) => testFilePath.endsWith('.engine.test.ts'))
  const skipped = suites.reduce((sum, { numPendingTests }) => sum + numPendingTests, 0)
  const notes = []
  if (env.REPRO_GATE_NO_ENGINE && skipped) notes.push(`${skipped} engine tests skipped: ${env.REPRO_GATE_NO_ENGINE}`)
  if (env.REPRO_GATE_ENGINE_FAILED)
    notes.push(`The engine tests failed because no engine started: ${env.REPRO_GATE_ENGINE_FAILED}`)
  if (env.REPRO_GATE_ENGINE_STARTED)
    notes.push('The engine keeps running for the next run; stop it with: scripts/engine stop')
  return notes
}

export default class ClosingLine {
  onRunComplete(_contexts, results) {
    // Jest prints its own summary after the reporters have ended, so this waits for the process to end.
    if (!this.results)
      process.on('exit', () => {
        const notes = [
          ...skippedNotes(this.results),
          ...retriedNotes(this.results),
          ...engineNotes(this.results, process.env),
        ]
        writeLines([...notes, closingLine(this.results)])
      })
    this.results = results
  }
}

const writeLines = lines => writeSync(1, `${lines.join('\n')}\n`)
