import type { Contents } from '../image/contents.ts'
import type { Image } from '../image/image.ts'
import { layersOf } from '../image/manifest.ts'
import { Databases } from './databases.ts'
import type { Inventory } from './inventory.ts'

/**
 * What is installed in a whole image: all of its layers are read, each once.
 * @throws what reading a layer throws
 */
export async function inventoryOfImage(side: 'A' | 'B', image: Image, contents: Contents): Promise<Inventory> {
  const databases = new Databases(() => false)
  for (const layer of layersOf(image)) {
    const own = databases.layer()
    await contents.read(side, layer, own.visit)
    own.end()
  }
  return databases.inventory()
}
