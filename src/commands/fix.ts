import { byWeight, type Finding } from '../finding.ts'
import { lineBefore, unifiedDiff } from '../fix/diff.ts'
import { lookups } from '../fix/lookup.ts'
import { mend } from '../fix/mend.ts'
import { rewrite } from '../fix/write.ts'
import type { Caller } from '../gate.ts'
import { refusal } from '../lint/refused.ts'
import { rules } from '../lint/rules.ts'
import { suppressionFindings } from '../lint/suppress.ts'
import { InputError, type Options } from '../options/options.ts'
import type { Ports } from '../ports.ts'
import type { FileChange, FixReport } from '../report/fix-report.ts'
import { filesOf, lookFor } from '../subjects/relint.ts'
import { once } from '../subjects/together.ts'
import { eachSubject } from './lint.ts'

/**
 * Lints every Dockerfile that the options name, asks what only registries and servers know, makes every safe change, and
 * writes what was changed. Nothing is written in a dry run, or by a run that was ended.
 * @throws InputError when a Dockerfile or a rule is not there
 */
export async function fix(given: Options, ports: Ports, caller: Caller): Promise<FixReport> {
  const options = withRulesOn(given)
  const isAsked = ({ id }: Finding) => options.rules.length === 0 || options.rules.includes(id)
  const ask = lookups(ports)
  const before = new Map<string, string | null>()
  const now = new Map<string, string>()
  const within = new Set([process.cwd()])
  const mended = await eachSubject(options, ports, async (subject, sources) => {
    if (subject.context !== null) within.add(subject.context)
    for (const [file, text] of filesOf(sources)) if (!before.has(file)) before.set(file, text)
    const texts = new Map(filesOf(sources).map(([file, text]) => [file, now.get(file) ?? text ?? '']))
    const result = await mend(texts, lookFor(sources, subject), isAsked, ask)
    for (const [file, text] of result.texts) now.set(file, text)
    return { ...result, file: sources.dockerfile.file }
  })
  const changed = [...now].filter(([file, text]) => (before.get(file) ?? '') !== text)
  const changes: FileChange[] = []
  const mayWrite = !options.dryRun && !ports.signal.aborted
  for (const [path, after] of changed) {
    const was = before.get(path) ?? null
    const problem = mayWrite ? await rewrite({ path, before: was, after }, [...within]) : null
    changes.push({ file: path, diff: unifiedDiff(path, was, after), written: mayWrite && problem === null, problem })
  }
  const unwritten = changes
    .filter(({ written }) => !written)
    .map(({ file }) => [file, before.get(file) ?? null] as const)
  const told = placedIn(new Map<string, string | null>([...now, ...unwritten]), now)
  return {
    ...{ schemaVersion: 1, tool: { name: 'repro-gate', version: caller.version }, command: 'fix' },
    dryRun: options.dryRun,
    subject: { files: [...new Set(mended.map(({ file }) => file))] },
    changes,
    fixed: countById(mended.flatMap(({ fixed }) => fixed)),
    failed: once(mended.flatMap(({ failed }) => failed.map(one => ({ ...one, finding: told(one.finding) })))),
    left: once(mended.flatMap(({ left }) => left.map(told))).sort(byWeight),
  }
}

/** Who names a rule wants it, whatever the profile says. */
function withRulesOn(options: Options): Options {
  const known: string[] = [...rules, ...suppressionFindings, refusal].map(({ id }) => id)
  const unknown = options.rules.filter(id => !known.includes(id))
  if (unknown.length > 0)
    throw new InputError(unknown.map(id => `rule (--rule): there is no rule '${id}'; docs/rules has a page for each`))
  const said = options.lint.rules
  const on = options.rules.filter(id => said[id] === undefined || said[id] === 'off')
  const asked = { ...said, ...Object.fromEntries(on.map(id => [id, 'on' as const])) }
  return { ...options, lint: { ...options.lint, rules: asked } }
}

/** Findings as they stand in the texts that people see: after a dry run those are the old ones. */
function placedIn(
  seen: ReadonlyMap<string, string | null>,
  now: ReadonlyMap<string, string>,
): (finding: Finding) => Finding {
  const lines = new Map(
    [...now].map(([file, text]) => [file, seen.get(file) === text ? null : lineBefore(seen.get(file) ?? '', text)]),
  )
  return finding => {
    const line = finding.location && lines.get(finding.location.file)
    if (!line || finding.location === undefined) return finding
    const { column: _, endColumn: __, ...at } = finding.location
    return { ...finding, location: { ...at, line: line(at.line), endLine: line(at.endLine) } }
  }
}

const countById = (findings: readonly Finding[]): Record<string, number> => {
  const counts: Record<string, number> = {}
  for (const { id } of [...findings].sort((a, b) => (a.id < b.id ? -1 : 1))) counts[id] = (counts[id] ?? 0) + 1
  return counts
}
