import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Comparison, EntryDifference } from '../../src/image/comparison.ts'
import type { Entry } from '../../src/image/image.ts'
import { LayerError } from '../../src/image/layer-error.ts'
import { type CraftedEntry, endMark, entryBytes, imageOf, padded, tarOf, withChecksum } from '../image/crafted.ts'
import { readTar } from '../image/reading.ts'
import { compareCrafted, compareTars, onlyLayer } from './comparing.ts'

const part = fc.constantFrom('a', 'b', 'a-b', 'ä', '.wh.a', '.wh..wh..opq', 'c')
const path = fc.array(part, { minLength: 1, maxLength: 3 }).map(parts => parts.join('/'))
const content = fc.oneof(
  fc.string({ maxLength: 20 }),
  fc.integer({ min: 500, max: 1500 }).map(n => 'x'.repeat(n)),
)
const anyEntry: fc.Arbitrary<CraftedEntry> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ name: path, content, mode: fc.constantFrom(0o644, 0o755) }) },
  fc.record({ name: path.map(name => `${name}/`), typeflag: fc.constant('5'), mtime: fc.nat(3) }),
  fc.record({ name: path, typeflag: fc.constantFrom('1', '2'), linkname: path }),
  fc.record({ name: path, content, pax: fc.record({ 'SCHILY.xattr.user.x': fc.constantFrom('1', '2') }) }),
)
const anyTree = fc.array(anyEntry, { maxLength: 12 })
/** A tree and a change of it that moves, drops, repeats or alters a few entries. */
const twoTrees = fc
  .tuple(anyTree, fc.array(fc.tuple(fc.nat(), fc.nat(), anyEntry, fc.nat(3)), { maxLength: 4 }))
  .map(([tree, edits]): [CraftedEntry[], CraftedEntry[]] => {
    const other = [...tree]
    for (const [at, to, entry, kind] of edits) {
      const index = other.length === 0 ? 0 : at % other.length
      if (kind === 0) other.splice(index, 1)
      else if (kind === 1) other.splice(index, 0, entry)
      else if (kind === 2) other.splice(to % (other.length + 1), 0, ...other.splice(index, 1))
      else if (other.length > 0) other.push(other[index] as CraftedEntry)
    }
    return [tree, other]
  })

/** What is compared, without what depends on which side was read ahead. */
function essence(comparison: Comparison): unknown {
  return comparison.layers.map(({ entries, total, same, reordered }) => ({
    entries: entries.map(({ path, kind, fields }) => ({ path, kind, fields })).sort(byText),
    total,
    same,
    reordered,
  }))
}

function byText(x: unknown, y: unknown): number {
  return JSON.stringify(x) < JSON.stringify(y) ? -1 : 1
}

/** The plain way: both layers in memory, the n-th entry of a path against the n-th. */
async function oracle(a: Buffer, b: Buffer) {
  const [left, right] = [await byPath(a), await byPath(b)]
  const found: string[] = []
  let same = 0
  for (const path of new Set([...left.keys(), ...right.keys()])) {
    const [these, those] = [left.get(path) ?? [], right.get(path) ?? []]
    for (let at = 0; at < Math.max(these.length, those.length); at += 1) {
      if (these[at] === undefined) found.push(`only-in-b ${path}`)
      else if (those[at] === undefined) found.push(`only-in-a ${path}`)
      else if (these[at] !== those[at]) found.push(`changed ${path}`)
      else same += 1
    }
  }
  return { found: found.sort(), same }
}

async function byPath(tar: Buffer): Promise<Map<string, string[]>> {
  const all = new Map<string, string[]>()
  for (const { entry, content } of await readTar(tar)) {
    const facts = JSON.stringify([entry, content.toString('hex')])
    all.set(entry.path, [...(all.get(entry.path) ?? []), facts])
  }
  return all
}

describe('compared with a comparison in memory', () => {
  test('any two trees, sorted or not, repeated paths or not', async () => {
    await fc.assert(
      fc.asyncProperty(twoTrees, fc.boolean(), async ([treeA, treeB], gzip) => {
        const [a, b] = [tarOf(treeA), tarOf(treeB)]
        fc.pre(!a.equals(b))
        const comparison = await compareTars(a, b, { gzip, piece: 700 })
        const layer = onlyLayer(comparison)
        const { found, same } = await oracle(a, b)
        const ordered = layer.entries.filter(({ fields }) => fields.includes('order'))
        if (found.length > 0) expect(ordered).toEqual([])
        const reported = layer.entries
          .filter(entry => !ordered.includes(entry))
          .map(({ kind, path }) => `${kind} ${path}`)
        expect(reported.sort()).toEqual(found)
        expect(layer.total).toBe(found.length + ordered.length)
        expect(layer.same).toBe(same - ordered.length)
        expect(comparison.level).toBe(layer.total === 0 ? 'same-files' : 'different')
      }),
      { numRuns: 400 },
    )
  })

  test('the contents shown are the contents', async () => {
    await fc.assert(
      fc.asyncProperty(twoTrees, async ([treeA, treeB]) => {
        const [a, b] = [tarOf(treeA), tarOf(treeB)]
        fc.pre(!a.equals(b))
        const { entries } = onlyLayer(await compareTars(a, b, { piece: 999 }))
        const [left, right] = [await readTar(a), await readTar(b)]
        for (const difference of entries) {
          if (difference.content === null) continue
          checkContent(difference, left, right)
        }
      }),
      { numRuns: 150 },
    )
  })
})

function checkContent(
  { a, b, content }: EntryDifference,
  left: { entry: Entry; content: Buffer }[],
  right: { entry: Entry; content: Buffer }[],
): void {
  const has = (all: typeof left, entry: Entry | null, head: Uint8Array) =>
    entry === null
      ? head.length === 0
      : all.some(one => JSON.stringify(one.entry) === JSON.stringify(entry) && one.content.equals(head))
  expect(has(left, a, content?.a.head as Uint8Array)).toBe(true)
  expect(has(right, b, content?.b.head as Uint8Array)).toBe(true)
}

describe('symmetry', () => {
  test('the other way round, the same is found', async () => {
    const mirrored = (text: string) => (text === 'only-in-a' ? 'only-in-b' : text === 'only-in-b' ? 'only-in-a' : text)
    await fc.assert(
      fc.asyncProperty(twoTrees, async ([treeA, treeB]) => {
        const [a, b] = [tarOf(treeA), tarOf(treeB)]
        const there = await compareTars(a, b)
        const back = await compareTars(b, a)
        expect(back.level).toBe(there.level)
        const swapped = JSON.parse(JSON.stringify(essence(back)), (_, value) => mirrored(value))
        expect(swapped.map(sortEntries)).toEqual((essence(there) as Layerlike[]).map(sortEntries))
      }),
      { numRuns: 200 },
    )
  })
})

interface Layerlike {
  entries: unknown[]
}

function sortEntries(layer: Layerlike): Layerlike {
  return { ...layer, entries: [...layer.entries].sort(byText) }
}

describe('nothing that differs is called equal', () => {
  const tree: CraftedEntry[] = [
    { name: 'usr/', typeflag: '5', mode: 0o755 },
    { name: 'usr/a', content: 'some content', uname: 'root', gname: 'root' },
    { name: 'usr/b', typeflag: '2', linkname: 'a' },
    { name: 'usr/x', content: 'more', pax: { mtime: '1700000000.25', 'SCHILY.xattr.user.n': 'value' } },
  ]
  const tar = tarOf(tree)

  /** Bytes that nothing unpacks: padding, what is behind a text's zero byte, names of PAX headers themselves. */
  async function tellsTheSame(changed: Buffer): Promise<boolean> {
    const [now, before] = [await unpacked(changed), await unpacked(tar)]
    // A header without names says no others.
    for (const [at, { entry }] of now.entries()) {
      const other = before[at]?.entry
      for (const name of ['uname', 'gname'] as const)
        if (other && (entry[name] === '' || other[name] === '')) entry[name] = other[name] = ''
    }
    return JSON.stringify(now) === JSON.stringify(before)
  }

  /** A device's number and a link's target are nothing of a file's. */
  async function unpacked(bytes: Buffer): Promise<Awaited<ReturnType<typeof readTar>>> {
    return (await readTar(bytes)).map(read => {
      const { entry } = read
      const isLink = entry.type === 'symlink' || entry.type === 'hardlink'
      const isDevice = entry.type === 'char-device' || entry.type === 'block-device'
      const own = { linkTarget: isLink ? entry.linkTarget : '', device: isDevice ? entry.device : '' }
      return { ...read, entry: { ...entry, ...own, mode: entry.type === 'symlink' ? 0 : entry.mode } }
    })
  }

  test('one byte changed: the layer is refused or differs, or nothing that is unpacked has changed', async () => {
    for (let at = 0; at < tar.length; at += 1) {
      const changed = Buffer.from(tar)
      changed[at] = (changed[at] as number) ^ (1 + (at % 255))
      const level = await levelOrError(tar, changed)
      // Only padding behind a content is free: 512 bytes of content less its 12, 4 and PAX records' bytes.
      if (level === 'same-files') expect(await isPadding(changed)).toBe(true)
    }
  })

  async function isPadding(changed: Buffer): Promise<boolean> {
    return (
      (await tellsTheSame(changed)) &&
      [0, 512, 1536].every(at => tar.compare(changed, at, at + 512, at, at + 512) === 0)
    )
  }

  test('one header byte changed and the checksum made right: refused, different, or the same to every unpacker', async () => {
    const headers = [0, 512, 1536, 2048, 3072]
    for (const header of headers) {
      for (let at = header; at < header + 512; at += 1) {
        if (at >= header + 148 && at < header + 156) continue
        for (const flip of [1, 0x20, 0x80]) {
          const changed = Buffer.from(tar)
          changed[at] = (changed[at] as number) ^ flip
          withChecksum(changed.subarray(header, header + 512))
          if ((await levelOrError(tar, changed)) === 'same-files')
            expect({ at, flip, told: await tellsTheSame(changed) }).toEqual({ at, flip, told: true })
        }
      }
    }
  })

  test('the header bytes that unpack to nothing are these and no others', async () => {
    const free: number[] = []
    for (let at = 0; at < 512; at += 1) {
      if (at >= 148 && at < 156) continue
      const changed = Buffer.from(tar)
      changed[512 + at] = (changed[512 + at] as number) ^ 1
      withChecksum(changed.subarray(512, 1024))
      if ((await levelOrError(tar, changed)) === 'same-files') free.push(at)
    }
    // Behind the zero byte of the name; mode bits above 0o7777; the link of what is none; the magic, without which there
    // are no names; behind user, group; the device of what is none; prefix.
    const expected = [
      [6, 102],
      [157, 264],
      [270, 296],
      [302, 335],
      [337, 343],
      [346, 511],
    ]
    expect(free).toEqual(
      expected.flatMap(([from = 0, to = 0]) => Array.from({ length: to - from + 1 }, (_, n) => from + n)),
    )
  })

  test('one content byte changed is always different', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 2000 }), fc.nat(), async (bytes, at) => {
        const changed = Uint8Array.from(bytes)
        const index = at % bytes.length
        changed[index] = (changed[index] as number) ^ 0x10
        const comparison = await compareTars(
          tarOf([{ name: 'f', content: bytes }]),
          tarOf([{ name: 'f', content: changed }]),
          { piece: 600 },
        )
        expect(comparison.level).toBe('different')
        const [entry] = onlyLayer(comparison).entries
        expect(entry?.content?.runs).toMatchObject([{ offset: index, length: 1 }])
        expect(entry?.content?.complete).toBe(true)
      }),
      { numRuns: 100 },
    )
  })

  test('made cut off, with digests of its own: refused in a header or a content, else what is left of it', async () => {
    // Behind the last content there is padding, which umoci leaves out as it does the end mark.
    const end = tar.length - endMark.length
    const entries = tree.map((entry, at) => {
      const next = tarOf(tree.slice(0, at + 1), Buffer.alloc(0)).length
      const content = Buffer.from(entry.content ?? '')
      return { content: next - padded(content).length + content.length, next }
    })
    const edges = [0, 512, 1024, 2048, 2560, end, ...entries.flatMap(({ content, next }) => [content, next])]
    for (let length = 0; length <= end; length += 1) {
      if (length % 37 !== 0 && edges.every(edge => Math.abs(edge - length) > 1)) continue
      const cut = tar.subarray(0, length)
      const lost = entries.filter(({ content }) => content > length).length
      const isBetween = entries.some(({ content, next }) => content <= length && length <= next)
      const level = !isBetween ? 'error' : lost === 0 ? 'same-files' : 'different'
      expect({ length, level: await levelOrError(tar, cut) }).toEqual({ length, level })
      if (isBetween) expect(onlyLayer(await compareTars(tar, cut)).total).toBe(lost)
    }
    expect(await levelOrError(tar, tar.subarray(0, end + 1))).toBe('error')
  })

  test('cut off anywhere behind the back of its digests: refused', async () => {
    const other = imageOf([tarOf(tree.slice(1))])
    for (const gzip of [false, true]) {
      const whole = imageOf([tar], { gzip })
      const [[digest, blob] = ['', tar]] = whole.blobs
      for (let length = 0; length < blob.length; length += gzip ? 1 : 61) {
        const cut = { ...whole, blobs: new Map([[digest, blob.subarray(0, length)]]) }
        await expect(compareCrafted(other, cut)).rejects.toThrow(LayerError)
        await expect(compareCrafted(cut, other)).rejects.toThrow(LayerError)
      }
    }
  })

  test('any bytes at all: a LayerError, or read as what they are', async () => {
    const blocks = fc.array(
      fc.oneof(
        anyEntry.map(entryBytes),
        fc.uint8Array({ maxLength: 600 }).map(bytes => Buffer.from(bytes)),
        fc.constant(Buffer.alloc(512)),
        fc
          .tuple(fc.uint8Array({ minLength: 512, maxLength: 512 }), fc.constantFrom(...'0125xgLKS'))
          .map(([bytes, flag]) => {
            const block = Buffer.from(bytes)
            block.write(flag, 156)
            for (const [at, width] of [
              [100, 8],
              [108, 8],
              [116, 8],
              [124, 12],
              [136, 12],
              [329, 8],
              [337, 8],
            ] as const)
              block.fill(0x30, at, at + width)
            return withChecksum(block)
          }),
      ),
      { maxLength: 8 },
    )
    await fc.assert(
      fc.asyncProperty(blocks, async parts => {
        const bytes = Buffer.concat(parts)
        const level = await levelOrError(tar, bytes)
        expect(['different', 'error']).toContain(level)
      }),
      { numRuns: 500 },
    )
  })
})

async function levelOrError(a: Buffer, b: Buffer): Promise<string> {
  try {
    return (await compareTars(a, b)).level
  } catch (error) {
    if (error instanceof LayerError) return 'error'
    throw error
  }
}

describe('order', () => {
  test('files shuffled within their directory: same files, and said to be reordered', async () => {
    const names = fc.uniqueArray(fc.string({ unit: fc.constantFrom('a', 'b', 'c', '-'), minLength: 1, maxLength: 4 }), {
      minLength: 2,
    })
    await fc.assert(
      fc.asyncProperty(
        names.chain(list => fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length }))),
        async ([list, shuffled]) => {
          fc.pre(list.join() !== shuffled.join())
          const layer = (order: string[]) =>
            tarOf([{ name: 'd', typeflag: '5' }, ...order.map(name => ({ name: `d/${name}`, content: name }))])
          const comparison = await compareTars(layer(list), layer(shuffled))
          expect(comparison.level).toBe('same-files')
          expect(onlyLayer(comparison)).toMatchObject({ entries: [], total: 0, same: list.length + 1, reordered: true })
        },
      ),
    )
  })

  test('entries of one side do not make the others reordered', async () => {
    const names = [...'zyxwvutsrqponmlkjihgfedcba'].map(name => ({ name, content: name }))
    await fc.assert(
      fc.asyncProperty(fc.subarray(names), fc.subarray(names), async (left, right) => {
        const [a, b] = [tarOf(left), tarOf(right)]
        fc.pre(!a.equals(b))
        expect(onlyLayer(await compareTars(a, b)).reordered).toBe(false)
      }),
    )
  })
})
