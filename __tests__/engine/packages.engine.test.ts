// A repository that offers something else to the second build: the version, and the package behind one version.
import { createHash } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { baseImage, describeWithEngine } from './engine.ts'
import { gateCommand, type Ran } from './gate-command.ts'

const folder = join(import.meta.dirname, 'packages')

interface Offer {
  version: string
  file: string
}

const dockerfile = `FROM ${baseImage}
ARG REPOSITORY
RUN rm -rf /etc/apt/sources.list* && echo "deb [trusted=yes] $REPOSITORY ./" > /etc/apt/sources.list \\
 && apt-get -o Acquire::http::Proxy::localhost=DIRECT update \\
 && apt-get -o Acquire::http::Proxy::localhost=DIRECT install -y libthing \\
 && rm -rf /var/lib/apt/lists/* /var/log/* /var/cache/apt/*.bin /var/cache/ldconfig/aux-cache
RUN echo done > /done
`

/** Gates a Dockerfile that installs a package of a repository whose list is another one each time it is asked for. */
async function gateAgainst(offers: readonly Offer[], ...more: string[]): Promise<Ran> {
  const asked: Offer[] = []
  const server = createServer(async (request, response) => {
    if (request.url?.endsWith('/Packages')) asked.push(offers[asked.length % offers.length] as Offer)
    const { version, file } = asked.at(-1) ?? (offers[0] as Offer)
    const deb = await readFile(join(folder, file))
    const sha256 = createHash('sha256').update(deb).digest('hex')
    if (request.url?.endsWith('/Packages'))
      response.end(
        `Package: libthing\nVersion: ${version}\nArchitecture: all\nMaintainer: A <a@example.org>\nFilename: ./libthing.deb\nSize: ${deb.length}\nSHA256: ${sha256}\nDescription: x\n`,
      )
    else if (request.url?.endsWith('/libthing.deb')) response.end(deb)
    else response.writeHead(404).end()
  }).listen(0)
  const context = await mkdtemp(join(tmpdir(), 'repro-gate-packages-'))
  try {
    await writeFile(join(context, 'Dockerfile'), dockerfile)
    const repository = `http://localhost:${(server.address() as AddressInfo).port}`
    const args = ['--build-arg', `REPOSITORY=${repository}`, '--network', 'host', '--source-date-epoch', '1700000000']
    return await gateCommand([context, ...args, ...more])
  } finally {
    server.close()
    await rm(context, { recursive: true, force: true })
  }
}

const first = { version: '1.0-1', file: 'libthing_1.0-1_all.deb' }
const second = { version: '1.0-2', file: 'libthing_1.0-2_all.deb' }
const rebuilt = { version: '1.0-1', file: 'libthing_1.0-1_all.rebuilt.deb' }
const foundIn = ({ report }: Ran) => report.findings.filter(({ source }) => source === 'comparison')

describeWithEngine('packages', () => {
  test('another version is one finding with all its files', async () => {
    const ran = await gateAgainst([first, second])
    expect(ran.report.verdict).toBe('not-reproducible')
    const found = foundIn(ran)
    expect(found.map(({ id, confidence, location }) => [id, confidence, location?.line])).toEqual([
      ['package-version', 'certain', 3],
    ])
    expect(found[0]?.count).toBeGreaterThan(25)
    expect(found[0]?.evidence).toMatchObject([
      { what: expect.stringMatching(/^libthing 1\.0-1 → 1\.0-2 \(\d\d files\)$/), a: '1.0-1', b: '1.0-2' },
    ])
  })

  test('another package under one version is no other version', async () => {
    const ran = await gateAgainst([first, rebuilt])
    expect(foundIn(ran).map(({ id, confidence, location }) => [id, confidence, location?.line])).toEqual([
      ['package-rebuilt', 'certain', 3],
    ])
  })

  test('one version for both: the image is proven, and its SBOM lists the package', async () => {
    const out = await mkdtemp(join(tmpdir(), 'repro-gate-sbom-'))
    try {
      const file = join(out, 'sbom.json')
      const { report, stderr } = await gateAgainst([first], '--sbom', file)
      expect([report.verdict, stderr.includes('No SBOM')]).toEqual(['reproducible', false])
      const sbom = JSON.parse(await readFile(file, 'utf8'))
      expect(sbom.metadata.component.version).toBe(report.builds[0]?.digest)
      expect(sbom.components.map(({ purl }: { purl?: string }) => purl)).toContain(
        'pkg:deb/debian/libthing@1.0-1?arch=all&distro=debian-12',
      )
      const other = await gateAgainst([first, second], '--sbom', join(out, 'none.json'))
      expect(other.stderr).toContain('there is one only of an image that was proven reproducible')
      await expect(readFile(join(out, 'none.json'))).rejects.toThrow()
    } finally {
      await rm(out, { recursive: true, force: true })
    }
  })
})
