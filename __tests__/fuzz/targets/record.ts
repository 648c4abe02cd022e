import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { proofIn, proofText } from '../../../src/ledger/proof.ts'
import { openRecord } from '../../../src/ledger/read-record.ts'
import { RecordError } from '../../../src/ledger/record.ts'
import { promise, type Target } from '../target.ts'
import { digests, json } from '../words.ts'

const digest = `sha256:${'a'.repeat(64)}`
const proof = `{"kind":"repro-gate-proof","schemaVersion":1,"inputs":"${digest}","commit":"${'1'.repeat(40)}","epoch":1700000000,"at":"2026-11-09T21:15:00.000Z","level":"identical","variations":["mtimes"],"asked":["mtimes","umask"],"run":{"id":"4711","attempt":2,"url":"https://github.com/o/r/actions/runs/4711","workflow":"ci"},"runner":{"os":"Linux","arch":"X64","name":"a","image":"ubuntu24 1"},"platforms":[{"platform":"linux/amd64","digest":"${digest}","configDigest":"${digest}","shown":[{"id":"header-mode","level":"warning","title":"x","location":{"file":"Dockerfile","line":3,"endLine":3}}]}],"tool":{"name":"repro-gate","version":"1.0.0"}}`
let path = ''

/** In memory where there is such a folder: a record is opened by its name. */
function placed(): string {
  if (path === '') {
    const folder = mkdtempSync(join(tmpdir(), 'fuzz-record-'))
    process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
    path = join(folder, 'x.record.json.gz')
  }
  return path
}

export const target: Target = {
  name: 'record',
  what: 'records of other machines, and proofs of the ledger',
  seeds: [proof],
  words: [
    ...json,
    ...digests,
    '\n',
    ']}\n',
    ']},\n',
    '],',
    '"kind":"repro-gate-record"',
    '"schemaVersion":1',
    '"platforms":[',
    '"layers":[',
    '"entries":[',
    '"manifest":"',
    '"inputs":{',
    '["a",0,',
    'linux/amd64',
    '"at":"2026-11-21T03:00:00.000Z"',
    '"asked":',
    '"shown":',
  ],
  maxBytes: 16 * 1024,
  ms: { fixed: 200, perKiB: 40 },
  allowed: [RecordError],
  async run(bytes) {
    try {
      const proof = proofIn(bytes)
      promise(
        JSON.stringify(proofIn(Buffer.from(proofText(proof)))) === JSON.stringify(proof),
        'a proof that is written is read again',
      )
    } catch (error) {
      if (!(error instanceof RecordError)) throw error
    }
    // Packed or not: what is inside counts more than the packing.
    writeFileSync(placed(), bytes[0] === 0x1f ? bytes : gzipSync(bytes, { level: 0 }))
    const record = await openRecord(path)
    try {
      for (const [at, { layers }] of record.platforms.entries())
        for (const layer of layers.keys()) {
          const entries = record.entriesOf(at, layer)
          while ((await entries.next()) !== null);
        }
    } finally {
      await record.close()
    }
  },
}
