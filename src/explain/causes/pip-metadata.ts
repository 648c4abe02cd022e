import type { Cause, Recognition, Subject } from '../cause.ts'
import { contentDiffers, textsOf } from '../content.ts'
import { excerpt } from '../values/excerpt.ts'

/** What the installer of a Python package notes: where it came from, in which order the files were put in place. */
export const pipMetadata: Cause = {
  id: 'pip-metadata',
  recognise: subject => (contentDiffers(subject.entry) ? (origin(subject) ?? record(subject)) : null),
  describe: ({ recognitions }) => {
    if (recognitions.some(({ variant }) => variant === 'commit'))
      return {
        title: 'A Python package came from another commit',
        message:
          'The branch or tag that the package is installed from stood at another commit when the second build ran; direct_url.json notes it. The files of the package may be others for that reason.',
        class: 'drift',
        remedy: {
          text: 'Name the commit: `pip install "git+https://…/repo.git@<commit>"`, also in requirements files and pyproject.toml.',
        },
      }
    const url = recognitions.some(({ variant }) => variant === 'origin')
    return {
      title: url
        ? 'The metadata of a Python package name a folder drawn by chance'
        : 'RECORD of a Python package lists its files otherwise in each build',
      message: url
        ? 'direct_url.json notes from where the package was installed: here a folder or an archive with another name or content in each build.'
        : 'RECORD holds the same files in both builds, in another order, or with digests of other content: files that the installation changed or that were deleted afterwards.',
      remedy: {
        text: url
          ? 'Build and install from a folder with a fixed name (not one of `mktemp`), or delete direct_url.json and its line in RECORD; pip does not need them at run time.'
          : 'Sort RECORD at the end of the instruction, and install with `pip install --no-compile`.',
      },
    }
  },
}

/** direct_url.json: `{"archive_info": {"hash": "sha256=…"}, "dir_info": {}, "url": "file:///tmp/tmpab12"}`. */
function origin({ entry, layer }: Subject): Recognition | null {
  if (!/\.dist-info\/direct_url\.json$/.test(entry.path)) return null
  const texts = textsOf(entry)
  const [a, b] = [jsonOf(texts?.a), jsonOf(texts?.b)]
  if (!a || !b) return null
  const differing = [...new Set([...a.keys(), ...b.keys()])].filter(key => a.get(key) !== b.get(key))
  const [key] = differing
  if (key === 'vcs_info.commit_id' && differing.length === 1) return otherCommit(entry.path, a, b)
  if (key === undefined || !differing.every(one => /^(?:url|archive_info\..*)$/.test(one))) return null
  const archive = /\bsha256[=:]?([0-9a-f]{64})\b/
  const digest = archive.exec(`${a.get('archive_info.hash') ?? ''}`)?.[1]
  const follows = digest === undefined || key === 'url' ? undefined : layer.pathOfDigest.get(digest)
  return {
    confidence: 'certain',
    variant: 'origin',
    ...(follows === undefined ? {} : { follows }),
    evidence: [
      {
        what: follows ? `differs only by the digest of ${follows}` : `field ${key}`,
        path: entry.path,
        a: excerpt(a.get(key) ?? '(none)'),
        b: excerpt(b.get(key) ?? '(none)'),
      },
    ],
  }
}

/** pip installed from a branch, which moved. */
const otherCommit = (path: string, a: Map<string, string>, b: Map<string, string>): Recognition => ({
  confidence: 'certain',
  variant: 'commit',
  evidence: [
    {
      what: 'the commit that was installed',
      path,
      a: excerpt(a.get('vcs_info.commit_id') ?? '(none)'),
      b: excerpt(b.get('vcs_info.commit_id') ?? '(none)'),
    },
  ],
})

/** Leaves of a JSON object by their dotted names; null for anything else. */
function jsonOf(text: string | undefined): Map<string, string> | null {
  try {
    const leaves = new Map<string, string>()
    const walk = (value: unknown, name: string, depth: number): void => {
      if (typeof value === 'object' && value !== null && depth < 5)
        for (const [key, inner] of Object.entries(value)) walk(inner, name === '' ? key : `${name}.${key}`, depth + 1)
      else leaves.set(name, String(value))
    }
    walk(JSON.parse(text ?? ''), '', 0)
    return leaves
  } catch {
    return null
  }
}

/** RECORD: `path,sha256=…,size`, one file a line. */
function record({ entry, layer }: Subject): Recognition | null {
  const texts = /\.dist-info\/RECORD$/.test(entry.path) ? textsOf(entry) : null
  if (!texts) return null
  const lines = (text: string): string[] => text.split(/\r?\n/).filter(line => line !== '')
  const [a, b] = [lines(texts.a), lines(texts.b)]
  const at = a.findIndex((line, index) => line !== b[index])
  const sortedB = [...b].sort()
  if (a.length === b.length && [...a].sort().every((line, index) => line === sortedB[index])) {
    return {
      confidence: 'certain',
      variant: 'order',
      evidence: [
        {
          what: `the same ${a.length} files in another order, from line ${at + 1}`,
          path: entry.path,
          a: excerpt(a[at] ?? ''),
          b: excerpt(b[at] ?? ''),
        },
      ],
    }
  }
  return listsChanged(a, b, entry.path, layer)
}

/** Lines of files that differ in the layer, else of the same files with other digests: those were taken away again. */
function listsChanged(a: string[], b: string[], path: string, layer: Subject['layer']): Recognition | null {
  const [setA, setB] = [new Set(a), new Set(b)]
  const [ownA, ownB] = [a.filter(line => !setB.has(line)), b.filter(line => !setA.has(line))].map(own =>
    own.slice(0, 5_000).map(line => fileOf(line, path)),
  )
  const [first] = ownA ?? []
  if (!ownA || !ownB || first === undefined) return null
  if ([...ownA, ...ownB].every(file => layer.byPath.has(file)))
    return {
      confidence: 'certain',
      follows: first,
      evidence: [{ what: `differs only in the lines of files that differ, first ${excerpt(first)}`, path }],
    }
  // Of files that differ elsewhere the digest is known: another cause says so.
  if (a.some(line => !setB.has(line) && layer.pathOfDigest.has(hexOf(line)))) return null
  if (ownA.length !== ownB.length || !ownA.every((file, index) => file === ownB[index])) return null
  return {
    confidence: 'likely',
    variant: 'digests',
    evidence: [
      {
        what: `the same ${a.length} files; of ${ownA.length} the digest or the size differs, first ${excerpt(first)}`,
        path,
      },
    ],
  }
}

const hexOf = (line: string): string =>
  Buffer.from(/,sha256=([\w-]{43}),/.exec(line)?.[1] ?? '', 'base64url').toString('hex')

/** `pkg/m.py,sha256=…,120` of `lib/pkg-1.dist-info/RECORD` → `lib/pkg/m.py`. */
function fileOf(line: string, record: string): string {
  const name = line.replace(/,(?:sha256=[\w-]*)?,\d*$/, '').replace(/^"(.*)"$/, '$1')
  return normal(
    name.startsWith('/') ? name.slice(1) : `${record.replace(/(^|\/|→ )[^/→]+\.dist-info\/RECORD$/, '$1')}${name}`,
  )
}

/** `a/b/../c` → `a/c`. */
function normal(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) part === '..' ? parts.pop() : parts.push(part)
  return parts.join('/')
}
