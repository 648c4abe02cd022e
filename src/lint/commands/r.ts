import type { Range } from '../../dockerfile/dockerfile.ts'
import type { ShellCommand } from '../../dockerfile/shell.ts'
import { codeOf, type Step, someBefore, type View } from '../view.ts'
import { optionTable, readArguments } from './option-table.ts'
import { codesOf, placeIn, type QuotedCode } from './quoted-code.ts'

/** Packages of R in no fixed version, at the first of them. */
export interface RInstall {
  range: Range
  names: string[]
  /** From a git repository, or an address of its own: a snapshot of CRAN set elsewhere fixes none of it. */
  own: boolean
  git: boolean
}

/** What each command of a RUN installs into R, but for what comes from a snapshot of CRAN of one day. */
export function rInstallsOf(view: View, step: Step): RInstall[] {
  return step.script.commands.flatMap(command => {
    const installs = installsOf(view, command)
    const snapshot = installs.some(({ own }) => !own) && takesSnapshot(view, step)
    const open = installs.filter(({ own }) => own || !snapshot)
    const [first] = open
    if (first === undefined) return []
    return [{ ...first, names: open.flatMap(({ names }) => names), git: open.every(({ git }) => git) }]
  })
}

function installsOf(view: View, command: ShellCommand): RInstall[] {
  if (/^install2\.r$/i.test(command.name)) return byScript(command, false)
  if (/^installGithub\.r$/i.test(command.name)) return byScript(command, true)
  return codesOf(command, 'r').flatMap(code => byCode(view, code))
}

const scriptTable = optionTable('-r --repos -d --deps -n --ncpus -l --libloc -m --method -t --type')

function byScript(command: ShellCommand, git: boolean): RInstall[] {
  const read = readArguments(command, scriptTable)
  const repos = read.options.find(({ name }) => name === '-r' || name === '--repos')
  if (!git && repos !== undefined && (repos.value === null || isDated(repos.value))) return []
  const packages = read.operands.filter(({ value }) => value !== null && !/\.tar\.gz$|^[./]/.test(value))
  const loose = git ? packages.filter(({ value }) => !isCommit(value ?? '')) : packages
  const [first] = loose
  const own = git || repos !== undefined
  return first === undefined ? [] : [{ range: first.range, names: loose.map(({ partial }) => partial), git, own }]
}

function byCode(view: View, code: QuotedCode): RInstall[] {
  const text = code.text.slice(0, 100_000)
  const installs: RInstall[] = []
  for (const { name, inside, start } of callsIn(text)) {
    const git = /^install_(github|gitlab|bitbucket|git)$/.test(name)
    const ref = /\bref\s*=\s*["']([^"']*)["']/.exec(inside)?.[1]
    if (ref !== undefined && (isHash(ref) || ref.includes('$'))) continue
    if (!git && (/\brepos\s*=\s*NULL\b/.test(inside) || isDated(inside))) continue
    // The first argument: the names, alone or in c(…).
    const first = /^\s*(?:pkgs\s*=\s*|repo\s*=\s*)?(c\([^)]*\)|["'][^"']*["'])/.exec(inside)?.[1] ?? ''
    const names = [...first.matchAll(/["']([^"'\s]+)["']/g)].map(([, one]) => one ?? '')
    const loose = names.filter(one => !one.includes('$') && !/\.tar\.gz$|^[./]/.test(one) && !(git && isCommit(one)))
    const [blamed] = loose
    const own = git || /\brepos\s*=[^;]*["']https?:/.test(inside)
    if (blamed === undefined) continue
    installs.push({ range: placeIn(view, code, blamed, text.indexOf(blamed, start)), names: loose, git, own })
  }
  return installs
}

const mostCalls = 200

/** The calls of installers in a text of R, with what stands in their parentheses. */
function callsIn(text: string): { name: string; inside: string; start: number }[] {
  const calls: { name: string; inside: string; start: number }[] = []
  for (const match of text.matchAll(
    /\b(install\.packages|install_cran|install_github|install_gitlab|install_bitbucket|install_git)\s*\(/g,
  )) {
    if (calls.length === mostCalls) break
    const start = match.index + match[0].length
    const limit = Math.min(text.length, start + 5000)
    let depth = 1
    let at = start
    for (; at < limit && depth > 0; at++) depth += text[at] === '(' ? 1 : text[at] === ')' ? -1 : 0
    calls.push({ name: match[1] ?? '', inside: text.slice(start, depth === 0 ? at - 1 : at), start })
  }
  return calls
}

const isHash = (text: string): boolean => /^[0-9a-f]{7,40}$/i.test(text)
const isCommit = (name: string): boolean => /@[0-9a-f]{7,40}$/i.test(name) || /[@#].*\$/.test(name)

/** An address of Posit Package Manager, MRAN or a mirror of it with a day in it. */
const isDated = (text: string): boolean =>
  /(packagemanager|rspm|p3m|mran|snapshot|cran)[^\s"']*\/\d{4}-\d{2}-\d{2}\b/i.test(text)

/** rocker's images of one version of R take CRAN as it was on the last day of that version. */
const takesSnapshot = (view: View, step: Step): boolean =>
  namesSnapshot(view, step) ||
  someBefore(view, step, namesSnapshot) ||
  isRocker(step) ||
  isDated(step.scope.get('CRAN') ?? '')

const namesSnapshot = (view: View, { instruction }: Step): boolean =>
  instruction.keyword === 'COPY' || instruction.keyword === 'ADD'
    ? /Rprofile|Renviron/i.test(codeOf(view, instruction))
    : (instruction.keyword === 'RUN' || instruction.keyword === 'ENV') && isDated(codeOf(view, instruction))

function isRocker(step: Step): boolean {
  let stage = step.stage
  while (stage.parent !== null) stage = stage.parent
  const base = stage.edges.find(({ kind }) => kind === 'from')?.reference.value ?? ''
  return /(^|\/)rocker\/[\w.-]+:\d+\.\d+\.\d+/.test(base)
}
