import type { Cause, Recognition, Subject } from '../cause.ts'
import { contentDiffers, textsOf } from '../content.ts'
import { excerpt } from '../excerpt.ts'

/** What the installer of a Python package notes: where it came from, in which order the files were put in place. */
export const pipMetadata: Cause = {
  id: 'pip-metadata',
  recognise: subject => (contentDiffers(subject.entry) ? (origin(subject) ?? record(subject)) : null),
  describe: ({ recognitions }) => {
    const url = recognitions.some(({ variant }) => variant === 'origin')
    return {
      title: url
        ? 'The metadata of a Python package name a folder drawn by chance'
        : 'RECORD of a Python package lists its files otherwise in each build',
      message: url
        ? 'direct_url.json notes from where the package was installed: here a folder or an archive with another name or content in each build.'
        : 'RECORD holds the same files in both builds, in another order or with other notes.',
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

/** Every line that differs belongs to a file of the layer that differs. */
function listsChanged(a: string[], b: string[], path: string, layer: Subject['layer']): Recognition | null {
  const [setA, setB] = [new Set(a), new Set(b)]
  const own = [...a.filter(line => !setB.has(line)), ...b.filter(line => !setA.has(line))].slice(0, 5_000)
  const root = path.replace(/[^/]+\.dist-info\/RECORD$/, '')
  const files = own.map(line => {
    const name = line.replace(/,(?:sha256=[\w-]*)?,\d*$/, '').replace(/^"(.*)"$/, '$1')
    return normal(name.startsWith('/') ? name.slice(1) : `${root}${name}`)
  })
  const [first] = files
  if (first === undefined || !files.every(file => layer.byPath.has(file))) return null
  return {
    confidence: 'certain',
    follows: first,
    evidence: [{ what: `differs only in the lines of files that differ, first ${excerpt(first)}`, path }],
  }
}

/** `a/b/../c` → `a/c`. */
function normal(path: string): string {
  const parts: string[] = []
  for (const part of path.split('/')) part === '..' ? parts.pop() : parts.push(part)
  return parts.join('/')
}
