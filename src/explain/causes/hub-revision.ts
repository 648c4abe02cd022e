import type { Cause, LayerView, Recognition, Subject } from '../cause.ts'
import { contentDiffers, textsOf } from '../content.ts'

/** A model or data set of Hugging Face in another revision: the branch moved between the builds. */
export const hubRevision: Cause = {
  id: 'hub-revision',
  recognise: subject =>
    reference(subject) ?? downloaded(subject) ?? metadata(subject) ?? stored(subject) ?? listed(subject),
  describe: () => ({
    title: 'A model hub gave another revision',
    message:
      'The branch of a model or data set (`main`, unless another is named) stood at another commit when the second build ran. The files of the model may be others for that reason.',
    class: 'drift',
    remedy: {
      text: 'Name the commit: `hf download org/model --revision <commit>`, `snapshot_download("org/model", revision="<commit>")`, `from_pretrained("org/model", revision="<commit>")`.',
    },
  }),
}

const hub = /^(.*(?:^|\/)(?:models|datasets|spaces)--[^/]+)\/(refs|snapshots|blobs|trees)\/(.+)$/
const commit = /^[0-9a-f]{40}$/

function reference({ entry }: Subject): Recognition | null {
  if (hub.exec(entry.path)?.[2] !== 'refs' || !contentDiffers(entry)) return null
  const texts = textsOf(entry)
  const [a, b] = [texts?.a.trim() ?? '', texts?.b.trim() ?? '']
  if (!commit.test(a) || !commit.test(b)) return null
  return { confidence: 'certain', evidence: [{ what: 'commit of the revision', path: entry.path, a, b }] }
}

/** Below snapshots/<commit>, blobs/<digest> and trees/<commit>.json: files of one side, when the revision moved. */
function stored({ entry, layer }: Subject): Recognition | null {
  const place = hub.exec(entry.path)
  if (!place || entry.kind === 'changed' || place[2] === 'refs') return null
  const moved = [...layer.byPath.keys()].find(path => path.startsWith(`${place[1]}/refs/`))
  if (moved === undefined) return null
  return {
    confidence: 'certain',
    follows: moved,
    evidence: [{ what: `belongs to another revision, as ${moved} says`, path: entry.path }],
  }
}

/** `--local-dir` keeps for every file a note of three lines: commit, digest, time. */
function metadata({ entry }: Subject): Recognition | null {
  if (!/(?:^|\/)\.cache\/huggingface\/download\/.+\.metadata$/.test(entry.path)) return null
  const notes = notesOf(entry)
  if (!notes || notes.a[0] === notes.b[0]) return null
  return {
    confidence: 'certain',
    evidence: [{ what: 'commit of the revision', path: entry.path, a: notes.a[0] ?? '', b: notes.b[0] ?? '' }],
  }
}

/** `--local-dir` keeps the list of a commit's files, called by the commit. */
function listed({ entry, layer }: Subject): Recognition | null {
  const place = /^(.*(?:^|\/)\.cache\/huggingface\/)trees\/[0-9a-f]{40}\.json$/.exec(entry.path)
  if (!place || entry.kind === 'changed') return null
  for (const [path, note] of layer.byPath) {
    const notes = path.startsWith(`${place[1]}download/`) ? notesOf(note) : null
    if (notes && notes.a[0] !== notes.b[0])
      return {
        confidence: 'certain',
        follows: path,
        evidence: [{ what: `lists the files of another revision, as ${path} says`, path: entry.path }],
      }
  }
  return null
}

function notesOf(entry: Subject['entry']): { a: string[]; b: string[] } | null {
  const texts = contentDiffers(entry) ? textsOf(entry) : null
  const [a, b] = [texts?.a.split('\n') ?? [], texts?.b.split('\n') ?? []]
  return commit.test(a[0] ?? '') && commit.test(b[0] ?? '') ? { a, b } : null
}

/** The downloaded file itself: its note names another digest. */
function downloaded({ entry, layer }: Subject): Recognition | null {
  if (!contentDiffers(entry)) return null
  for (const path of noted(layer).get(entry.path) ?? []) {
    const note = layer.byPath.get(path)
    const notes = note ? notesOf(note) : null
    if (notes && notes.a[1] !== notes.b[1])
      return {
        confidence: 'certain',
        follows: path,
        evidence: [{ what: `the hub gave another file, as ${path} says`, path: entry.path }],
      }
  }
  return null
}

const known = new WeakMap<LayerView['byPath'], Map<string, string[]>>()

/** Path of a downloaded file → its notes in the layer. Found from the notes: few layers have any, paths may be deep. */
function noted({ byPath }: LayerView): Map<string, string[]> {
  const found = known.get(byPath) ?? new Map<string, string[]>()
  if (known.has(byPath)) return found
  known.set(byPath, found)
  for (const path of byPath.keys()) {
    const [, root, rest] = /^(.+)\/\.cache\/huggingface\/download\/(.+)\.metadata$/.exec(path) ?? []
    const file = `${root}/${rest}`
    if (root !== undefined) found.set(file, [...(found.get(file) ?? []), path])
  }
  return found
}
