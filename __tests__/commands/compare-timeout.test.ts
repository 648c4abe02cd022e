// Images that take longer than they may: undecided, with words of why.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gzipSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import { compareNamed } from '../../src/commands/compare.ts'
import { checkOptions } from '../../src/options/options.ts'
import { asFolder, image, imageOfLayer, layout, noPorts } from '../image-stores/lying-images.ts'

const honest = image({ gzip: false })
const compared = (images: string[], timeout: string) =>
  compareNamed(checkOptions('compare', { images, timeout: [timeout] }), noPorts(), { version: 'test' })

test('a layer that is not read to its end in time leaves it undecided', async () => {
  const [tar = Buffer.alloc(0)] = honest.tars
  // 16 GB, a minute of work.
  const endless = Buffer.concat([
    gzipSync(tar),
    ...Array(256).fill(gzipSync(Buffer.alloc(64 * 1024 ** 2), { level: 1 })),
  ])
  const lying = imageOfLayer(tar, endless)
  const report = await compared([asFolder(layout([honest])), asFolder(layout([lying]))], '1s')
  expect(report).toMatchObject({
    verdict: 'undecided',
    doubts: [
      expect.stringMatching(/Stopped while it was compared: the time limit of 1 s was reached \(option timeout\)\.$/),
    ],
  })
})

test('an image that a registry does not give in time is told by its name', async () => {
  const silent = createServer(() => {}).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const name = `127.0.0.1:${(silent.address() as AddressInfo).port}/app:1`
  try {
    await expect(compared([asFolder(layout([honest])), name], '1s')).rejects.toThrow(
      `${name} was not read to its end: the time limit of 1 s was reached (option timeout)`,
    )
  } finally {
    silent.closeAllConnections()
    silent.close()
  }
})

test('what is compared in time is compared as ever', async () => {
  const folder = asFolder(layout([honest]))
  expect(await compared([folder, folder], '10m')).toMatchObject({ verdict: 'reproducible', doubts: [] })
})
