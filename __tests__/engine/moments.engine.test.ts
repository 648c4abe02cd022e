// How near equal steps of two builds on one builder may come: what a RUN writes of its time must show.
import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { baseImage, describeWithEngine } from './engine.ts'
import { gateHere } from './gate-here.ts'

describeWithEngine('two builds on one builder', () => {
  const folder = mkdtempSync(join(tmpdir(), 'moments-engine-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  test('show a time in steps of two seconds, though B comes to it many times as quickly as A', async () => {
    // A's first RUN waits for what is there at once when B asks.
    let asked = 0
    const server = createServer(socket => {
      socket.on('error', () => {})
      asked += 1
      setTimeout(() => socket.end(), asked === 1 ? 12_000 : 0)
    }).listen(0, '127.0.0.1')
    await new Promise(resolve => server.once('listening', resolve))
    const { port } = server.address() as AddressInfo
    const dockerfile = `FROM ${baseImage}
SHELL ["/bin/bash", "-c"]
RUN : ${randomUUID()}; exec 3<>/dev/tcp/127.0.0.1/${port}; read -r -u 3 _; true
RUN echo $(($(date +%s) / 2)) > /stamp
`
    writeFileSync(join(folder, 'Dockerfile'), dockerfile)
    try {
      const { report, logged } = await gateHere({ context: [folder], network: ['host'] })
      expect([report.verdict, report.doubts]).toEqual(['not-reproducible', []])
      expect(report.findings.find(({ source }) => source === 'comparison')?.paths).toEqual(['stamp'])
      // Too near, and equal by chance: then it was built again, apart.
      const again = logged.some(line => /Build B once more, because both builds ran a step/.test(line))
      expect(asked).toBe(again ? 3 : 2)
    } finally {
      server.close()
    }
  })
})
