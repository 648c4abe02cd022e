// Layers that are no tar that all tools read alike.
import { end, file, header, padded } from './layout.mjs'
import { base256, broken, honestTar, ofEntries, ofTar } from './making.mjs'

export const tars = {
  'tar-cut-in-header': broken(
    'a tar that was made cut off in a header',
    ofTar(honestTar.subarray(0, 700)),
    /cut off in a header/,
  ),
  'tar-cut-in-content': broken(
    'a tar cut off in a content',
    ofTar(honestTar.subarray(0, 1030)),
    /cut off: \d+ bytes of "bin\/app" are missing/,
  ),
  'tar-empty': broken('a layer of no bytes', ofTar(Buffer.alloc(0)), /cut off: there is no end mark/),
  'tar-hidden': broken(
    'another entry behind the end mark',
    ofTar(Buffer.concat([honestTar, file({ name: 'evil' }, 'x'), end])),
    /behind its end mark/,
  ),
  'tar-not-there': broken(
    'a file of 8 GiB that is not there',
    ofTar(header({ name: 'big', size: 8 ** 11 - 1 })),
    /cut off|missing/,
  ),
  'tar-nul': broken('a PAX name with a NUL', ofEntries(file({ name: 'x' }, '', { path: 'a\0b' })), /zero byte/),
  'tar-up': broken('a name with ..', ofEntries(file({ name: 'a/../../etc/passwd' })), /step up/),
  'tar-100kb': broken(
    'a name of 100 kB',
    ofEntries(file({ name: 'x' }, '', { path: `${'d/'.repeat(50_000)}x` })),
    /longer than 4096/,
  ),
  'tar-no-name': broken('an entry without a name', ofEntries(file({ name: '' })), /has no name/),
  'tar-pax-1gb': broken(
    'PAX records of 1 GB',
    ofEntries(header({ name: 'x', type: 'x', size: 2 ** 30 })),
    /more than 1048576/,
  ),
  'tar-longname-1gb': broken(
    'a GNU name of 1 GB',
    ofEntries(header({ name: 'x', type: 'L', size: 2 ** 30 })),
    /more than 1048576/,
  ),
  'tar-pax-records': broken(
    '60,000 PAX records of one file',
    ofEntries(file({ name: 'x' }, '', Object.fromEntries(Array.from({ length: 60_000 }, (_, at) => [`K${at}`, ''])))),
    /more than 10000 PAX records/,
  ),
  'tar-pax-twice': broken(
    'one PAX record twice',
    ofEntries(
      header({ name: 'p', type: 'x', size: 22 }),
      padded(Buffer.from('11 path=aa\n11 path=bb\n')),
      file({ name: 'x' }),
    ),
    /given twice/,
  ),
  'tar-global-path': broken(
    'a name for all entries',
    ofEntries(header({ name: 'g', type: 'g', size: 11 }), padded(Buffer.from('11 path=aa\n')), file({ name: 'x' })),
    /sets "path" for all/,
  ),
  'tar-size-negative': broken(
    'a size of -1 in base 256',
    ofEntries(header({ name: 'x' }, base256(-1n, 124))),
    /negative/,
  ),
  'tar-size-2-80': broken('a size of 2^80', ofEntries(header({ name: 'x' }, base256(1n << 80n, 124))), /absurd/),
  'tar-size-text': broken(
    'a size that is no number',
    ofEntries(header({ name: 'x' }, block => block.write('0x10', 124))),
    /not a number/,
  ),
  'tar-link-content': broken(
    'a hard link with a content',
    ofEntries(file({ name: 'x', type: '1', link: 'y' }, 'z')),
    /is no file but/,
  ),
  'tar-checksum': broken(
    'a wrong checksum',
    ofTar(Buffer.concat([header({ name: 'x' }).fill(1, 300, 301), end])),
    /wrong checksum/,
  ),
  'tar-of-nothing': broken(
    'a layer that is no tar',
    ofTar(Buffer.alloc(5_000, 'no tar. ')),
    /not a number|wrong checksum/,
  ),
}
