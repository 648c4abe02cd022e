import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { registryReference } from '../../src/image-stores/reference.ts'
import { RegistryError } from '../../src/image-stores/registry-error.ts'

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`

describe('an image reference in full, as Docker fills it in', () => {
  test.each([
    ['debian', 'docker.io', 'registry-1.docker.io', 'library/debian', 'latest'],
    ['debian:12', 'docker.io', 'registry-1.docker.io', 'library/debian', '12'],
    ['index.docker.io/debian', 'docker.io', 'registry-1.docker.io', 'library/debian', 'latest'],
    ['docker.io/owner/app:1', 'docker.io', 'registry-1.docker.io', 'owner/app', '1'],
    ['owner/app', 'docker.io', 'registry-1.docker.io', 'owner/app', 'latest'],
    ['localhost/app', 'localhost', 'localhost', 'app', 'latest'],
    ['localhost:5000/a/b/c', 'localhost:5000', 'localhost:5000', 'a/b/c', 'latest'],
    ['[::1]:5000/app:v1', '[::1]:5000', '[::1]:5000', 'app', 'v1'],
    ['[2001:db8::1]/app', '[2001:db8::1]', '[2001:db8::1]', 'app', 'latest'],
    [`ghcr.io/o/a@${digest}`, 'ghcr.io', 'ghcr.io', 'o/a', digest],
    [`ghcr.io/o/a:tag@${digest}`, 'ghcr.io', 'ghcr.io', 'o/a', digest],
    ['Registry/app', 'Registry', 'Registry', 'app', 'latest'],
    ['x:5000', 'docker.io', 'registry-1.docker.io', 'library/x', '5000'],
    ['a__b/c-----d', 'docker.io', 'registry-1.docker.io', 'a__b/c-----d', 'latest'],
  ])('%s', (text, host, api, repository, wanted) => {
    expect(registryReference(text)).toMatchObject({ host, api, repository, wanted })
  })

  test.each([
    ['', 'no image reference'],
    ['Debian', 'names of images are written in lower case'],
    ['ghcr.io/Owner/App:1.0', 'names of images are written in lower case'],
    ['a//b', 'no image reference'],
    ['a/../b', 'no image reference'],
    ['app:', 'no image reference'],
    ['app:-x', 'no image reference'],
    ['$IMAGE', 'no image reference'],
    ['ghcr.io/${OWNER}/a', 'no image reference'],
    ['https://ghcr.io/o/a', 'no image reference'],
    ['app@sha256:12', 'its digest'],
    [`app@sha384:${'a'.repeat(96)}`, 'only sha256 and sha512'],
    ['ghcr.io:99999/app', 'is no host name'],
    ['gh_cr.io/app', 'is no host name'],
    ['user:pass/app', 'is no host name'],
    ['[::1/app', 'is no host name'],
    [`app:${'t'.repeat(129)}`, 'its tag is longer'],
    [`ghcr.io/${'a'.repeat(250)}`, 'its name is longer'],
    ['a'.repeat(64), 'the ID of an image'],
  ])('%s is refused', (text, why) => {
    expect(() => registryReference(text)).toThrow(RegistryError)
    expect(() => registryReference(text)).toThrow(why)
  })

  test.each([
    'me:hunter2@ghcr.io/o/a',
    'https://me:hunter2@ghcr.io/o/a',
    'me:x@hunter2@ghcr.io/o/a',
    'docker-x://me:x:hunter2@ghcr.io/o/a',
  ])('a password in %s is not shown', text => {
    expect(() => registryReference(text)).toThrow(RegistryError)
    expect(() => registryReference(text)).not.toThrow('hunter2')
  })

  test('whatever the text, it is refused or asks only the host that it names', () => {
    const letters = fc.string({ unit: fc.constantFrom(...'ab.:/@[]-_0$%\\#?A '), maxLength: 30 })
    fc.assert(
      fc.property(fc.oneof(letters, fc.string({ maxLength: 60 })), text => {
        try {
          const { api, repository, wanted } = registryReference(text)
          const url = new URL(`https://${api}/v2/${repository}/manifests/${wanted}`)
          expect([url.username, url.search, url.hash]).toEqual(['', '', ''])
          expect(url.pathname).toBe(`/v2/${repository}/manifests/${wanted}`)
        } catch (error) {
          if (!(error instanceof RegistryError)) throw error
        }
      }),
      { numRuns: 2000 },
    )
  })
})
