import { describe, expect, test } from '@jest/globals'
import { Databases } from '../../src/packages/databases.ts'
import type { Inventory } from '../../src/packages/inventory.ts'
import { type CraftedEntry, tarOf } from '../image/crafted.ts'
import { readTar } from '../image/reading.ts'

/** What is installed after these layers. */
async function installed(...layers: CraftedEntry[][]): Promise<Inventory> {
  const databases = new Databases(() => true)
  for (const layer of layers) {
    const own = databases.layer()
    for (const { entry, content } of await readTar(tarOf(layer))) {
      const receiver = own.visit(entry)
      // In two pieces, whose memory is used again as a reader may do.
      const half = Buffer.from(content.subarray(0, content.length / 2))
      receiver?.write(half)
      half.fill(0)
      receiver?.write(content.subarray(content.length / 2))
      receiver?.end()
    }
    own.end()
  }
  return databases.inventory()
}

const status = (...packages: string[]): CraftedEntry => ({
  name: 'var/lib/dpkg/status',
  content: packages.map(one => `Package: ${one}\nVersion: 1\nStatus: install ok installed\n`).join('\n'),
})
const npm = (folder: string, name: string, version = '1.0.0'): CraftedEntry => ({
  name: `${folder}/node_modules/${name}/package.json`,
  content: JSON.stringify({ name, version }),
})
const namesIn = async (...layers: CraftedEntry[][]) =>
  (await installed(...layers)).packages.map(({ name, version }) => `${name} ${version}`)

describe('later layers', () => {
  test('replace what earlier ones had', async () => {
    expect(await namesIn([status('a')], [status('a', 'b')])).toEqual(['a 1', 'b 1'])
    expect(await namesIn([npm('app', 'x')], [npm('app', 'x', '2.0.0')])).toEqual(['x 2.0.0'])
  })

  test('delete by whiteouts: a file, a folder, all of a folder', async () => {
    const both = [npm('app', 'x'), npm('app', 'y')]
    expect(await namesIn(both, [{ name: 'app/node_modules/x/.wh.package.json' }])).toEqual(['y 1.0.0'])
    expect(await namesIn(both, [{ name: 'app/node_modules/.wh.x' }])).toEqual(['y 1.0.0'])
    expect(await namesIn(both, [{ name: '.wh.app' }])).toEqual([])
    expect(await namesIn(both, [{ name: 'app/.wh..wh..opq' }, npm('app', 'z')])).toEqual(['z 1.0.0'])
    expect(await namesIn(both, [{ name: '.wh..wh..opq' }])).toEqual([])
    expect(await namesIn(both, [{ name: '.wh.ap' }])).toEqual(['x 1.0.0', 'y 1.0.0'])
  })

  test('a whiteout hides nothing of its own layer, wherever it stands', async () => {
    expect(await namesIn([npm('app', 'x')], [npm('app', 'y'), { name: 'app/.wh..wh..opq' }])).toEqual(['y 1.0.0'])
  })

  test('what replaces a folder takes away what was in it', async () => {
    const link = { name: 'app/node_modules', typeflag: '2', linkname: '/elsewhere' }
    expect(await namesIn([npm('app', 'x')], [link])).toEqual([])
  })
})

test('the distribution is read where it lies, and etc before usr', async () => {
  const release = (name: string, id: string) => ({ name, content: `ID=${id}\nVERSION_ID=1\n` })
  const link = { name: 'etc/os-release', typeflag: '2', linkname: '../usr/lib/os-release' }
  expect((await installed([release('usr/lib/os-release', 'debian'), link])).distribution?.id).toBe('debian')
  expect(
    (await installed([release('usr/lib/os-release', 'debian')], [release('etc/os-release', 'own')])).distribution?.id,
  ).toBe('own')
  expect((await installed([status('a')])).distribution).toBeNull()
})

test('hard links: a second name says nothing new, a name of an unread file is told', async () => {
  const hard = (name: string, linkname: string) => ({ name, typeflag: '1', linkname })
  const again = await installed([npm('a', 'x'), hard('b/node_modules/x/package.json', 'a/node_modules/x/package.json')])
  expect([again.packages.length, again.unread]).toEqual([1, []])
  const store = await installed([
    { name: 'store/0a', content: '{}' },
    hard('b/node_modules/x/package.json', 'store/0a'),
  ])
  expect(store.unread).toEqual([expect.stringContaining('/b/node_modules/x/package.json: it is a hard link')])
})

test('a database that is too large is told, not read', async () => {
  const big = await installed([{ name: 'app/node_modules/x/package.json', content: Buffer.alloc(5 * 1024 * 1024, 32) }])
  expect(big.unread).toEqual([expect.stringMatching(/5242880 bytes; no more than 4194304/)])
})
