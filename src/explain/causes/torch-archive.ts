import type { EntryDifference } from '../../image/comparison.ts'
import type { Recognition, Subject } from '../cause.ts'
import { contentDiffers, textsOf, wholesOf } from '../content.ts'
import { plausibleFloats, sameNumbers } from '../formats/numbers.ts'
import { excerptOfName } from '../values/excerpt.ts'
import { timeOfRun } from '../values/run-time.ts'

const identity = '.data/serialization_id'
const [searched, manyBytes] = [1_000, 64]

/** What PyTorch 2 stores in a zip (torch.save, torch.jit.save, torch.export.save): the tensors, and an ID made of all members. */
export const torchMember = (subject: Subject): Recognition | null => torchId(subject) ?? torchTensor(subject)

/** Twenty digits made of the members' names and twenty of their contents, beside them. */
function torchId({ entry, layer }: Subject): Recognition | null {
  const root = entry.path.endsWith(`/${identity}`) ? entry.path.slice(0, -identity.length) : null
  const texts = root === null ? null : textsOf(entry)
  if (root === null || !texts || ![texts.a, texts.b].every(text => /^\d{40}$/.test(text))) return null
  let other: string | undefined
  let looked = 0
  for (const path of layer.byPath.keys()) {
    if (++looked > searched || other?.startsWith(`${root}data/`)) break
    if (path.startsWith(root) && path !== entry.path && (other === undefined || path.startsWith(`${root}data/`)))
      other = path
  }
  if (other === undefined) return null
  return {
    confidence: 'certain',
    follows: other,
    evidence: [{ what: `made of all members, of which ${shown(other, root)} differs`, path: entry.path }],
  }
}

/** The name inside the archive. */
const shown = (path: string, root: string): string => excerptOfName(path.slice(root.length))

const storage = /^(.*\/)data\/(?:\d+|weights\/[^/]{1,200}|constants\/[^/]{1,200})$/

/** The root of the archive that a tensor stands in: the ID beside it says that it is PyTorch's. */
function rootOf({ entry, layer }: Pick<Subject, 'entry' | 'layer'>): string | null {
  const root = storage.exec(entry.path)?.[1]
  return root !== undefined && layer.byPath.has(`${root}${identity}`) ? root : null
}

/** Whether a path is nothing but the numbers of one tensor, whatever their type. */
export const isTorchTensor = (subject: Subject): boolean => rootOf(subject) !== null

function torchTensor(subject: Subject): Recognition | null {
  const { entry, layer, clock } = subject
  const root = rootOf(subject)
  const { content } = entry
  if (root === null || !content) return null
  if (content.a.size !== content.b.size || content.runs.some(run => timeOfRun(run, clock)?.covers === true)) return null
  const wholes = wholesOf(content)
  const size = wholes ? [8, 4, 2].find(one => sameNumbers(wholes.a, wholes.b, one)) : undefined
  if (size !== undefined)
    return {
      confidence: content.a.size >= 16 * size ? 'certain' : 'likely',
      variant: 'order',
      evidence: [
        {
          what: `a tensor: the same numbers of ${8 * size} bits in another order; nothing else differs`,
          path: entry.path,
        },
      ],
    }
  if (differsMuch(entry))
    return {
      confidence: 'likely',
      variant: 'values',
      evidence: [{ what: `a tensor of ${content.a.size} bytes, most of which differ`, path: entry.path }],
    }
  const floats = wholes !== null && areDrawn(wholes.a, wholes.b)
  const beside = otherTensor(entry, root, layer.byPath)
  if (beside === null && !floats) return null
  return {
    confidence: 'likely',
    variant: 'values',
    evidence: [
      {
        what:
          beside === null
            ? 'a tensor of a few floats'
            : `a tensor, beside ${shown(beside, root)} that differs all over`,
        path: entry.path,
      },
    ],
  }
}

/** Two or more floats of an everyday size, no two alike: none is a count, a time or a duration alone. */
function areDrawn(a: Buffer, b: Buffer): boolean {
  if (a.length < 8 || a.length % 4 !== 0) return false
  for (let at = 0; at < a.length; at += 4) if (a.compare(b, at, at + 4, at, at + 4) === 0) return false
  return [a, b].every(side => plausibleFloats(side, 'f4', false, 2))
}

/** Of the same model, and large enough to be judged. */
function otherTensor(own: EntryDifference, root: string, byPath: ReadonlyMap<string, EntryDifference>): string | null {
  let looked = 0
  for (const [path, entry] of byPath) {
    if (++looked > searched) break
    if (entry !== own && storage.exec(path)?.[1] === root && differsMuch(entry)) return path
  }
  return null
}

/** A quarter of the bytes and more, of at least 64: weights drawn anew differ in nearly all. */
function differsMuch(entry: EntryDifference): boolean {
  const { content } = entry
  if (!contentDiffers(entry) || !content || content.a.size !== content.b.size || content.a.size < manyBytes)
    return false
  const length = Math.min(content.a.head.length, content.b.head.length, 4096)
  let differing = 0
  for (let at = 0; at < length; at++) if (content.a.head[at] !== content.b.head[at]) differing++
  return differing * 4 >= length
}
