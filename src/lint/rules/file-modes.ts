import type { ContextPath } from '../context/context.ts'
import { type ContextSource, entriesOf, pathsIn, shippedSources } from '../context/context-source.ts'
import type { GitState } from '../context/git.ts'
import { withoutVolatile } from '../context/volatile-path.ts'
import { syntaxImage } from '../image-use.ts'
import type { Draft, Rule } from '../rule.ts'
import type { View } from '../view.ts'
import { counted, listed, quote } from '../wording.ts'

export const fileModes: Rule = {
  id: 'RG505',
  title: 'File permissions of this machine are copied in',
  level: 'notice',
  class: 'machine',
  on: false,
  needsContext: true,
  check: view =>
    shippedSources(view).flatMap(source => {
      const said = source.step.instruction.flags.find(({ name }) => name === 'chmod')
      return (said === undefined ? checkSource(view, source) : checkNumber(view, source, said.value ?? '')) ?? []
    }),
}

function checkSource(view: View, source: ContextSource): Draft | null {
  const { context, git } = view
  if (context === null) return null
  const entries = withoutVolatile(entriesOf(view, source), context, git)
  const odd = entries.filter(entry => isOdd(entry, git) && !isUnpacked(source, entry))
  if (odd.length === 0) return null
  const files = odd.filter(({ type }) => type === 'file')
  const named = (files.length > 0 ? files : odd).map(({ path, mode }) => `${path} ${octal(mode)}`)
  const [first] = odd
  const usual = first === undefined ? undefined : git?.tracked.get(first.path)
  return {
    range: source.range,
    message: `${quote(`${source.step.instruction.keyword} ${source.text}`)} takes along ${counted(odd.length, 'path')} with other permissions than a usual checkout gives${usual === undefined ? '' : ` (git has ${octal(usual)} for ${quote(first?.path ?? '', 60)})`}: ${listed(named, 3)}. COPY keeps them, so a machine with another umask builds another image of the same commit.`,
    fix: {
      text: `Say the permissions in the COPY (this form keeps programs executable and folders open; it is of Dockerfile syntax 1.14${olderSyntax(view)}), or set them before the build.`,
      snippet: `${source.step.instruction.keyword} --chmod=u=rwX,go=rX ${source.text} …`,
    },
    count: odd.length,
    evidence: odd
      .slice(0, 10)
      .map(({ path, mode }) => ({ what: `permissions ${octal(mode)} in the build context`, path })),
  }
}

/** A number is that of the folders, too: of those in the source, and, as the builder's version has it, of new ones above. */
function checkNumber(view: View, source: ContextSource, said: string): Draft | null {
  const mode = /^[0-7]{3,4}$/.test(said) ? Number.parseInt(said, 8) : null
  // Who may not read is not to enter either: that is meant so.
  if (mode === null || (mode & 0o001) !== 0 || (mode & 0o004) === 0) return null
  const folders = (pathsIn(view, source) ?? []).filter(({ type }) => type === 'directory')
  if (folders.length === 0) return null
  const { keyword } = source.step.instruction
  return {
    range: source.range,
    message: `${quote(`--chmod=${said}`)} is the mode of the folders in ${quote(source.text || '.', 80)} as well (${listed(
      folders.map(({ path }) => path),
      3,
    )}): without x nobody but root can enter them. Folders that ${keyword} makes on its way have it with some versions of BuildKit, and 0755 with others.`,
    fix: {
      text: `Say the permissions by letters, which keep folders open and programs executable (Dockerfile syntax 1.14${olderSyntax(view)}).`,
      snippet: `${keyword} --chmod=u=rwX,go=rX ${source.text} …`,
    },
    count: folders.length,
  }
}

/** The `# syntax=` line may name a frontend that refuses letters. */
function olderSyntax(view: View): string {
  const used = syntaxImage(view)
  const [, minor] = /^1\.(\d+)/.exec(used?.reference.tag ?? '') ?? []
  return used !== null && minor !== undefined && Number(minor) < 14
    ? `, so raise the \`# syntax=\` line, which names ${quote(used.text, 80)}`
    : ''
}

/** ADD unpacks it: the permissions inside count. */
const isUnpacked = ({ step, path }: ContextSource, entry: ContextPath): boolean =>
  step.instruction.keyword === 'ADD' && entry.path === path && /\.(tar|tgz|tar\.\w+)$/.test(path)

/** Git gives 644 or 755; what is neither, or the other one, is this machine's. */
function isOdd({ path, mode, type }: ContextPath, git: GitState | null): boolean {
  if (type === 'directory') return (mode & 0o777) !== 0o755
  if (type !== 'file') return false
  const tracked = git?.tracked.get(path)
  return tracked === undefined ? mode !== 0o644 && mode !== 0o755 : mode !== tracked
}

const octal = (mode: number): string => mode.toString(8).padStart(3, '0')
