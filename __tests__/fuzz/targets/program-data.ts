import { pdbId, readAssembly } from '../../../src/explain/formats/dotnet-assembly.ts'
import { placeAt, readElf } from '../../../src/explain/formats/elf.ts'
import { jksEntries } from '../../../src/explain/formats/jks.ts'
import { compareMarshal, readPyc } from '../../../src/explain/formats/marshal.ts'
import { pemBlocks, validFrom } from '../../../src/explain/formats/pem.ts'
import { readPickle } from '../../../src/explain/formats/pickle.ts'
import { chunksOf } from '../../../src/explain/formats/png.ts'
import type { Target } from '../target.ts'

const languages = ['references.pyc', 'runs.sqlite'].map(name => `__tests__/explain/fixtures/languages/${name}.a`)
const elf = Buffer.concat([Buffer.from('\x7fELF\x02\x01\x01', 'latin1'), Buffer.alloc(200)])
const png = Buffer.concat([
  Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
  Buffer.from([0, 0, 0, 7]),
  Buffer.from('tIME'),
  Buffer.from([7, 0xea, 11, 21, 3, 0, 5]),
  Buffer.alloc(4),
])
const pickle = Buffer.from(
  '\x80\x04\x95\x10\0\0\0\0\0\0\0}\x94(\x8c\x01a\x94K\x01\x8c\x01b\x94]\x94(K\x02K\x03eu.',
  'latin1',
)
const jks = Buffer.concat([
  Buffer.from([0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 1, 0x61]),
  Buffer.alloc(40),
])
const pem = '-----BEGIN CERTIFICATE-----\nMIIBAA==\n-----END CERTIFICATE-----\n'

export const target: Target = {
  name: 'program-data',
  what: 'bytecode, pickles, ELF, .NET assemblies, PNG, key stores, PEM',
  seeds: [elf, png, pickle, jks, pem],
  files: [
    ...languages,
    '__tests__/explain/fixtures/version.pyc.a',
    '__tests__/explain/fixtures/date.so.a',
    '__tests__/explain/fixtures/dotnet/Embedded.dll.a',
  ],
  words: [
    '\x7fELF',
    'MZ',
    'PE\0\0',
    'BSJB',
    '#~\0\0',
    '#GUID\0',
    '\x89PNG',
    'tIME',
    'tEXt',
    '\x80\x04',
    '\x95',
    '.',
    '(',
    't',
    'R',
    'b',
    '\x8c',
    'cnumpy\nndarray\n',
    '\xe3',
    '\xa9\x02',
    'r\0\0\0\0',
    'z\x01',
    Buffer.from([0xfe, 0xed, 0xfe, 0xed]),
    '-----BEGIN X-----\n',
    '-----END X-----\n',
    Buffer.from([0xff, 0xff, 0xff, 0xff]),
    Buffer.from([0, 0, 0, 0x80]),
  ],
  maxBytes: 60_000,
  ms: { fixed: 150, perKiB: 40 },
  run(bytes) {
    const sample = { size: bytes.length, head: bytes, whole: true, tail: Buffer.alloc(0) }
    const pyc = readPyc(bytes)
    if (pyc) compareMarshal(pyc.root, pyc.root, pyc.fields)
    readPickle(bytes)
    const program = readElf(sample)
    if (program) placeAt(program, bytes.length >> 1)
    readAssembly(sample)
    pdbId(bytes)
    chunksOf(sample)
    jksEntries(bytes)
    for (const block of pemBlocks(bytes.toString('latin1')).slice(0, 20)) void block
    validFrom(bytes)
  },
}
