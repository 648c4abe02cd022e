import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { readContext } from '../../src/lint/context/context.ts'
import { contextTree } from '../../src/prove/context-tree.ts'

const root = mkdtempSync(join(tmpdir(), 'context-tree-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

function folder(name: string): string {
  const path = join(root, name)
  mkdirSync(join(path, 'src'), { recursive: true })
  writeFileSync(join(path, 'src', 'a'), 'hello')
  writeFileSync(join(path, 'readme'), 'read me')
  symlinkSync('src/a', join(path, 'link'))
  for (const file of ['src/a', 'readme']) chmodSync(join(path, file), 0o644)
  chmodSync(join(path, 'src'), 0o755)
  return path
}

const tree = async (path: string, taken: string[] | null = null) => {
  const { context } = await readContext(path, null)
  if (context === null) throw new Error('no context')
  return contextTree('context', context, taken)
}

test('two checkouts of the same files are the same, whatever their times', async () => {
  const [first, second] = [folder('one'), folder('two')]
  utimesSync(join(second, 'src', 'a'), 1, 1)
  const known = await tree(first)
  expect(known).toMatchObject({ name: 'context', files: 3, address: null })
  expect(known.parts.map(({ name }) => name)).toEqual(['link', 'readme', 'src'])
  expect(await tree(second)).toEqual(known)
})

test('names count, and what a path is, and not the order in which a folder is read', async () => {
  const before = folder('names')
  writeFileSync(join(before, 'src', 'z'), 'last')
  const known = await tree(before)
  const { context } = await readContext(before, null)
  if (context === null) throw new Error('no context')
  expect(await contextTree('context', { ...context, paths: [...context.paths].reverse() }, null)).toEqual(known)
  // The same contents in each other's place.
  const changed = async (change: () => void) => {
    change()
    const found = await tree(before)
    expect(found.digest).not.toBe(known.digest)
    expect(found.contents).not.toBe(known.contents)
    const differing = found.parts.filter(({ name, digest }) =>
      known.parts.some(one => one.name === name && one.digest !== digest),
    )
    return differing.map(({ name }) => name)
  }
  expect(await changed(() => renameSync(join(before, 'src', 'a'), join(before, 'src', 'b')))).toEqual(['src'])
  // A link to what is named like the digest of the file.
  const digest = createHash('sha256').update('read me').digest('hex')
  renameSync(join(before, 'src', 'b'), join(before, 'src', 'a'))
  const link = () => {
    rmSync(join(before, 'readme'))
    symlinkSync(digest, join(before, 'readme'))
  }
  expect(await changed(link)).toEqual(['readme'])
})

test('content, link target, type and name change the digest, and the part that they are in', async () => {
  const known = await tree(folder('known'))
  const changes: [string, (path: string) => void][] = [
    ['src', path => writeFileSync(join(path, 'src', 'a'), 'hellO')],
    ['src', path => writeFileSync(join(path, 'src', 'b'), '')],
    ['src', path => mkdirSync(join(path, 'src', 'empty'))],
    ['readme', path => rmSync(join(path, 'readme'))],
    [
      'link',
      path => {
        rmSync(join(path, 'link'))
        symlinkSync('readme', join(path, 'link'))
      },
    ],
  ]
  for (const [at, [part, change]] of changes.entries()) {
    const path = folder(`changed-${at}`)
    change(path)
    const found = await tree(path)
    expect(found.digest).not.toBe(known.digest)
    expect(found.contents).not.toBe(known.contents)
    const partOf = ({ parts }: typeof found) => parts.find(({ name }) => name === part)?.digest
    expect(partOf(found)).not.toBe(partOf(known))
  }
})

test('permissions change the digest, and not that of the contents', async () => {
  const known = await tree(folder('plain'))
  const path = folder('moded')
  chmodSync(join(path, 'src', 'a'), 0o600)
  const found = await tree(path)
  expect(found.digest).not.toBe(known.digest)
  expect(found.contents).toBe(known.contents)
})

test('what the ignore file keeps out, and what the build did not take, does not count', async () => {
  const path = folder('ignored')
  writeFileSync(join(path, '.dockerignore'), 'readme\n.dockerignore\n')
  const ignored = await tree(path)
  expect(ignored.parts.map(({ name }) => name)).toEqual(['link', 'src'])
  writeFileSync(join(path, 'readme'), 'another')
  expect(await tree(path)).toEqual(ignored)
  const taken = await tree(path, ['src'])
  expect(taken.parts.map(({ name }) => name)).toEqual(['src'])
  rmSync(join(path, 'link'))
  expect(await tree(path, ['src'])).toEqual(taken)
})

test('what cannot be read whole has no digest', async () => {
  const { context } = await readContext(folder('gone'), null)
  if (context === null) throw new Error('no context')
  expect(await contextTree('context', { ...context, truncated: true }, null)).toMatchObject({ digest: null, parts: [] })
  rmSync(join(root, 'gone', 'readme'))
  expect(await contextTree('context', context, null)).toMatchObject({ digest: null, contents: null })
  expect((await contextTree('context', context, ['src'])).digest).not.toBeNull()
})

test('nor has one of which the reader left out what the build took', async () => {
  const { context } = await readContext(folder('left-out'), null)
  if (context === null) throw new Error('no context')
  const digest = async (leftOut: string[], asked: string[] | null) =>
    (await contextTree('context', { ...context, leftOut }, asked)).digest
  expect([await digest(['src/deep'], null), await digest(['x', 'src/deep'], ['src'])]).toEqual([null, null])
  expect(await digest(['x'], ['src'])).toBe((await contextTree('context', context, ['src'])).digest)
})

test('permissions of a folder count, and those of a link, which has none, do not', async () => {
  const { context } = await readContext(folder('modes'), null)
  if (context === null) throw new Error('no context')
  const digest = async (changed: string) => {
    const paths = context.paths.map(one => (one.path === changed ? { ...one, mode: 0o700 } : one))
    return (await contextTree('context', { ...context, paths }, null)).digest
  }
  const known = await digest('')
  expect(await digest('src')).not.toBe(known)
  expect(await digest('link')).toBe(known)
})

test('of many things at its top the parts are not told, and all of them count', async () => {
  const path = folder('many')
  const add = (from: number, to: number) => {
    for (let at = from; at < to; at += 1) writeFileSync(join(path, `f${at}`), '')
  }
  add(0, 197)
  expect((await tree(path)).parts).toHaveLength(200)
  add(197, 210)
  const known = await tree(path)
  expect(known).toMatchObject({ files: 213, parts: [], digest: expect.stringMatching(/^sha256:/) })
  for (const name of ['f0', 'f99', 'src/a']) {
    writeFileSync(join(path, name), 'other')
    expect((await tree(path)).digest).not.toBe(known.digest)
    writeFileSync(join(path, name), name === 'src/a' ? 'hello' : '')
  }
  expect(await tree(path)).toEqual(known)
})

test('a link whose target is not known, and a run that is to end, give none', async () => {
  const { context } = await readContext(folder('ends'), null)
  if (context === null) throw new Error('no context')
  const paths = context.paths.map(({ link: _, ...one }) => one)
  expect((await contextTree('context', { ...context, paths }, null)).digest).toBeNull()
  await expect(contextTree('context', context, null, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough')
})

describe('a link is followed as BuildKit follows it', () => {
  /** `link -> src/a`, `way -> deep -> src`, `up -> /src`, and src/inside, a link in a folder. */
  const linked = (name: string, change: (path: string) => void = () => {}): string => {
    const path = folder(`linked-${name}`)
    symlinkSync('deep', join(path, 'way'))
    symlinkSync('./src', join(path, 'deep'))
    symlinkSync('/src', join(path, 'up'))
    symlinkSync('../readme', join(path, 'src', 'inside'))
    change(path)
    return path
  }
  const digestOf = async (path: string, taken: string[]) => (await tree(path, taken)).digest

  test.each([['link'], ['l*'], ['way/a'], ['up/a'], ['way'], ['./link'], ['up/ins*']])(
    'that %s names, or has on its way',
    async pattern => {
      const plain = linked(`plain-${pattern.replace(/\W/g, '-')}`)
      const file = pattern.includes('ins') ? 'readme' : 'src/a'
      const other = linked(`other-${pattern.replace(/\W/g, '-')}`, path => writeFileSync(join(path, file), 'hellO'))
      expect(await digestOf(other, [pattern])).not.toBe(await digestOf(plain, [pattern]))
    },
  )

  test('and not one that lies in a folder which is taken, nor is what nobody takes', async () => {
    const plain = linked('quiet')
    const other = linked('quiet-too', path => writeFileSync(join(path, 'readme'), 'other'))
    for (const pattern of ['src', 'link', 'way/a'])
      expect(await digestOf(other, [pattern])).toBe(await digestOf(plain, [pattern]))
  })

  test('in a ring, or out of the context, it comes to an end', async () => {
    const path = linked('ring', path => {
      symlinkSync('b/x', join(path, 'a'))
      symlinkSync('a/y', join(path, 'b'))
      symlinkSync('../../../etc/passwd', join(path, 'out'))
    })
    for (const pattern of ['a', 'b/x', 'out']) expect(await digestOf(path, [pattern])).toMatch(/^sha256:/)
  })
})
