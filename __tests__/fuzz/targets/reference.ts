import { parseReference } from '../../../src/dockerfile/reference.ts'
import { challengesIn } from '../../../src/image-stores/challenge.ts'
import { registryReference } from '../../../src/image-stores/reference.ts'
import { RegistryError } from '../../../src/image-stores/registry-error.ts'
import { readGitUrl, withoutPassword } from '../../../src/options/git-url.ts'
import { promise, type Target } from '../target.ts'
import { digests } from '../words.ts'

export const target: Target = {
  name: 'reference',
  what: 'names of images, addresses of repositories, WWW-Authenticate headers',
  seeds: [
    `ghcr.io/o/app:1.2@sha256:${'4f'.repeat(32)}`,
    'localhost:5000/a/b__c',
    'https://u:p@x.test/r.git?branch=main&subdir=a#v1:folder',
    `git@github.com:o/r.git#${'a'.repeat(40)}`,
    'Bearer realm="https://auth.test/token",service="r",scope="repository:a:pull", Basic realm=x',
  ],
  words: [
    ...digests,
    ':',
    '/',
    '@',
    '#',
    '?',
    '&',
    '=',
    '.',
    '..',
    '__',
    '--',
    '%00',
    '[::1]:5000',
    'docker.io/',
    'Bearer ',
    'realm="',
    '\\"',
    ',',
    ' ',
    '\n',
    '\0',
    '😀',
    '__proto__=',
    'ref=',
    'commit=',
  ],
  maxBytes: 2048,
  allowed: [RegistryError],
  run(bytes) {
    const text = bytes.toString()
    parseReference(text)
    promise(
      challengesIn(text).every(({ scheme }) => scheme === scheme.toLowerCase()),
      'schemes are in lower case',
    )
    const url = readGitUrl(text)
    if (typeof url !== 'string')
      promise(
        !/(^|\/)\.\.(\/|$)/.test(url.folder) && !url.ref?.startsWith('-'),
        'a folder stays in, a ref is no option',
      )
    withoutPassword(text)
    const { wanted, api } = registryReference(text)
    promise(wanted !== '' && URL.canParse(`https://${api}/`), 'a reference can be asked for')
  },
}
