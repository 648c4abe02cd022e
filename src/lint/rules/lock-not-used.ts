import { posix } from 'node:path'
import { locate } from '../../dockerfile/position.ts'
import { contextSources } from '../context/context-source.ts'
import { compileGlob, globMatches } from '../context/glob.ts'
import { placementOf } from '../context/placement.ts'
import { type LockUse, lockUsesOf } from '../locks/lock-use.ts'
import type { Draft, DraftEdit, Rule } from '../rule.ts'
import { stepsBack, type View } from '../view.ts'
import { quote } from '../wording.ts'

export const lockNotUsed: Rule = {
  id: 'RG302',
  title: 'Lock file is not used',
  level: 'warning',
  class: 'drift',
  on: true,
  needsContext: true,
  check: view => (view.context === null ? [] : lockUsesOf(view).flatMap(use => judge(view, use))),
}

function judge(view: View, use: LockUse): Draft[] {
  const { seen, beside, keptOut, ofOthers, install } = use
  if (install.lock === 'never') return notRead(use)
  if (seen.kind !== 'none') return []
  // A command that keeps to the lock stops where there is none: then we must have missed how it gets there.
  if (beside !== null) return install.lock === 'frozen' ? [] : [notCopied(view, use, beside)]
  if (keptOut !== null) return [ignored(view, use, keptOut)]
  return install.lock === 'may-change' && ofOthers !== null && !use.above ? [ofAnother(use, ofOthers)] : []
}

const newest =
  'picks the newest versions of that day, as if nobody had locked them: next week the same commit holds others'

function notRead({ ecosystem, install, beside, ofOthers, manifest }: LockUse): Draft[] {
  const path = beside ?? ofOthers?.path
  if (path === undefined) return []
  const reader = beside === null && ofOthers !== null ? ofOthers.ecosystem : ecosystem
  return [
    {
      range: install.range,
      message: `${quote(path)} stands beside ${quote(manifest)} and fixes what is installed, but this command does not read it. It ${newest}.`,
      fix: {
        text: `Install from the lock file: ${installFrom(reader.name)}.`,
      },
    },
  ]
}

/** How each lock file is installed from, for those that pip passes by. */
const fromLock: Record<string, string> = {
  uv: '`uv sync --locked`, or `uv export --locked` into a requirements file with hashes for pip',
  Poetry: '`poetry install`, or `poetry export` into a requirements file with hashes for pip',
  PDM: '`pdm sync`, or `pdm export` into a requirements file with hashes for pip',
  Pipenv: '`pipenv sync`, or `pipenv requirements --hash` into a requirements file for pip',
  pip: '`pip install --require-hashes -r` with the lock file',
}

const installFrom = (name: string): string =>
  fromLock[name] ?? `with ${name}, by the command that keeps to its lock file`

function notCopied(view: View, use: LockUse, lock: string): Draft {
  const { manifest, install } = use
  const copy = copierOf(view, use)
  const line = copy === null ? '' : ` on line ${locate(view.dockerfile, copy.range).line}`
  const edits = copy === null ? [] : addToCopy(copy, lock)
  const name = posix.basename(lock)
  return {
    range: install.range,
    message: `${quote(lock)} stands beside ${quote(manifest)} in the build context, but only ${quote(posix.basename(manifest))} is brought in${line}. This command finds no lock file and ${newest}.`,
    fix: {
      text: `Bring the lock file in before this command, in the same way as ${quote(posix.basename(manifest))}.`,
      snippet: `COPY ${manifest} ${lock} ./`,
    },
    ...(edits.length > 0 ? { edits } : {}),
    evidence: [{ what: `${name} is in the build context, and in no COPY, ADD or bind mount before this command` }],
  }
}

function ignored(view: View, use: LockUse, lock: string): Draft {
  const { manifest, install } = use
  const copy = copierOf(view, use)
  const file = view.ignoreFile?.file ?? '.dockerignore'
  const comesAlong = copy !== null && (copy.path === '' || takesPath(copy.path, lock) || isFolderOf(copy.path, lock))
  const consequence =
    install.lock === 'frozen' ? 'This command needs it and stops' : `This command finds no lock file and ${newest}`
  return {
    range: install.range,
    message: `${quote(lock)} stands beside ${quote(manifest)}, but ${quote(file)} keeps it out of the build context. ${consequence}.`,
    fix: {
      text: `Let the lock file into the context: add ${quote(`!${lock}`)} as the last line of ${quote(file)}, or take away the pattern that hides it${comesAlong || copy === null ? '' : ', and copy it with the manifest'}.`,
    },
  }
}

function ofAnother(use: LockUse, { path, ecosystem }: NonNullable<LockUse['ofOthers']>): Draft {
  return {
    range: use.install.range,
    message: `${quote(path)} stands beside ${quote(use.manifest)}, but that is the lock file of ${ecosystem.name}, and this is ${use.ecosystem.name}, which does not read it. It ${newest}.`,
    fix: {
      text: `Install with ${ecosystem.name}, or make and commit a lock file of ${use.ecosystem.name} (${quote(use.ecosystem.locks.at(-1) ?? '')}).`,
    },
  }
}

interface Copier {
  range: { start: number; end: number }
  text: string
  /** In the context, maybe a pattern; `''` is all. */
  path: string
  /** Another source may stand beside it. */
  takesMore: boolean
}

/** The source of the COPY that brought the manifest. */
function copierOf(view: View, { step, manifest, install }: LockUse): Copier | null {
  for (const earlier of stepsBack(step)) {
    const placement = placementOf(view, earlier)
    if (placement === null || placement.from) continue
    for (const { path, range, text } of contextSources(view, earlier)) {
      if (!takesPath(path, manifest) && !isFolderOf(path, manifest)) continue
      const { json, flags } = earlier.instruction
      const takesMore =
        json === null &&
        placement.isFolder &&
        placement.target === install.folder &&
        !flags.some(({ name }) => name === 'parents')
      return { range, text, path, takesMore }
    }
  }
  return null
}

function takesPath(pattern: string, path: string): boolean {
  const glob = compileGlob(pattern, false)
  return glob !== null && globMatches(glob, path)
}

const isFolderOf = (path: string, file: string): boolean => path === '' || file.startsWith(`${path}/`)

/** `package.json` → `package.json package-lock.json`; nothing where the word is not that plain. */
function addToCopy({ range, text, path, takesMore }: Copier, lock: string): DraftEdit[] {
  if (!takesMore || /["'$\\*?[\]]/.test(text) || posix.dirname(path) !== posix.dirname(lock)) return []
  const folder = text.slice(0, text.lastIndexOf('/') + 1)
  if (/\s/.test(lock)) return []
  return [{ range: { start: range.end, end: range.end }, text: ` ${folder}${posix.basename(lock)}` }]
}
