// Files of known kinds that are one text over and over: what searches them must not begin anew at each byte.
import { file } from './layout.mjs'
import { MB, pair, pairOf } from './making.mjs'

const repeated = {
  a: 'a',
  blanks: ' ',
  quotes: '"',
  brackets: '(',
  braces: '{',
  digits: '7',
  slashes: '/',
  dots: '.',
  lines: '\n',
  escapes: '\\',
  colons: ':',
  zeros: '\0',
  dates: '2024-01-01T00:00:00Z',
  dashes: '-',
  commas: ',1',
  equals: 'a=',
  less: '<',
  comments: '/*',
  high: '\xff',
}
const names = [
  'x.txt',
  'x.json',
  'x.py',
  'x.js',
  'x.map',
  'x.html',
  'x.log',
  'x.xml',
  'x.pem',
  'x.csv',
  'x.sh',
  'x.conf',
]
names.push(
  'x.pyc',
  'x.pkl',
  'x.png',
  'x.so',
  'x.class',
  'x.dll',
  'x.npy',
  'x.jks',
  'x.sqlite',
  'x.mo',
  'var/lib/dpkg/status',
)
names.push(
  'lib/apk/db/installed',
  'usr/lib/python3/site-packages/a.dist-info/RECORD',
  'etc/shadow',
  'var/cache/ldconfig/aux-cache',
)

export const monotony = Object.fromEntries(
  Object.entries(repeated).map(([kind, text]) => [
    `in-same-${kind}`,
    pair(
      `${names.length} files of known kinds, each a megabyte of ${kind === 'a' ? 'the letter a' : kind}`,
      pairOf(side => names.map(name => file({ name }, Buffer.from(text.repeat(MB / text.length) + side, 'latin1')))),
      1,
      /not-reproducible/,
    ),
  ]),
)
