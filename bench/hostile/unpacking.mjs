// Pairs of layers that say the same of every file, and are unpacked to other files: an engine of ours was asked.
import { file, header } from './layout.mjs'
import { ofEntries, pair, pairOf } from './making.mjs'

const inEitherOrder = (first, one, other) => [ofEntries(...first, one, other), ofEntries(...first, other, one)]
const plain = file({ name: 'a' }, 'x')
const link = (name, change) => header({ name, type: '1', link: 'a' }, change)
const octal = (text, at) => block => block.write(text, at)
const differ = (what, makes) => pair(what, makes, 1, /not-reproducible/)

export const unpacking = {
  'links-permissions': differ(
    'two hard links of one file with other permissions, in either order',
    inEitherOrder([plain], link('b', octal('0000755', 100)), link('c', octal('0000600', 100))),
  ),
  'links-owner': differ(
    'the same with other owners',
    inEitherOrder([plain], link('b', octal('0000005', 108)), link('c', octal('0000006', 108))),
  ),
  'links-time': differ(
    'the same with other times',
    inEitherOrder([plain], link('b', octal('00000000005', 136)), link('c', octal('00000000006', 136))),
  ),
  'attribute-line-end': differ(
    'an attribute whose name has a line end, of two values',
    pairOf(side => [file({ name: 'a' }, 'x', { 'SCHILY.xattr.user.a\nb': side })]),
  ),
  'whiteout-line-end': differ(
    'a whiteout before and behind its file, in a folder whose name has a line end',
    inEitherOrder([], file({ name: 'a\nb/x' }, 'x'), file({ name: 'a\nb/.wh.x' })),
  ),
  'whiteout-of-its-folder': differ(
    'a whiteout of its own folder, before and behind a file',
    inEitherOrder([], file({ name: 'a/x' }, 'x'), file({ name: 'a/.wh..' })),
  ),
  'whiteout-of-folder-above': differ(
    'a whiteout of the folder above, before and behind a file',
    inEitherOrder([], file({ name: 'a/x' }, 'x'), file({ name: 'a/b/.wh...' })),
  ),
}
