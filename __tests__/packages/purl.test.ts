import { expect, test } from '@jest/globals'
import type { Package } from '../../src/packages/package.ts'
import { purlOf } from '../../src/packages/purl.ts'

const own = (kind: Package['kind'], name: string, version: string, more: Partial<Package> = {}): Package => ({
  ...{ kind, name, version, licences: [], depends: [], provides: [], database: '' },
  ...more,
})
const of = (id: string, version: string) => ({ id, version, name: '' })

// Examples and tests of package-url/purl-spec, types/*-definition.json and tests/types, where an image has such a package.
test.each([
  [
    own('dpkg', 'attr', '1:2.4.47-2+b1', { arch: 'amd64' }),
    of('debian', ''),
    'pkg:deb/debian/attr@1:2.4.47-2%2Bb1?arch=amd64&distro=debian',
  ],
  [
    own('dpkg', 'dpkg', '1.19.0.4', { arch: 'amd64' }),
    of('ubuntu', '24.04'),
    'pkg:deb/ubuntu/dpkg@1.19.0.4?arch=amd64&distro=ubuntu-24.04',
  ],
  [
    own('rpm', 'centerim', '1:4.22.10-1.el6', { arch: 'i686' }),
    of('fedora', '25'),
    'pkg:rpm/fedora/centerim@4.22.10-1.el6?arch=i686&distro=fedora-25&epoch=1',
  ],
  [
    own('rpm', 'curl', '7.50.3-1.fc25', { arch: 'i386' }),
    of('fedora', '25'),
    'pkg:rpm/fedora/curl@7.50.3-1.fc25?arch=i386&distro=fedora-25',
  ],
  [own('apk', 'curl', '7.83.0-r0', { arch: 'x86' }), null, 'pkg:apk/alpine/curl@7.83.0-r0?arch=x86'],
  [own('python', 'Django_package', '1.11.1.dev1'), null, 'pkg:pypi/django-package@1.11.1.dev1'],
  [own('npm', '@angular/animation', '12.3.1'), null, 'pkg:npm/%40angular/animation@12.3.1'],
  [own('npm', 'foobar', '12.3.1'), null, 'pkg:npm/foobar@12.3.1'],
  [
    own('conda', 'absl-py', '0.4.1', {
      qualifiers: { type: 'tar.bz2', subdir: 'linux-64', channel: 'main', build: 'py36h06a4308_0' },
    }),
    null,
    'pkg:conda/absl-py@0.4.1?build=py36h06a4308_0&channel=main&subdir=linux-64&type=tar.bz2',
  ],
  [own('gem', 'ruby-advisory-db-check', '0.12.4'), null, 'pkg:gem/ruby-advisory-db-check@0.12.4'],
  [
    own('gem', 'jruby-launcher', '1.1.2', { qualifiers: { platform: 'java' } }),
    null,
    'pkg:gem/jruby-launcher@1.1.2?platform=java',
  ],
])('%#: %o', (one, distribution, purl) => {
  expect(purlOf(one, distribution)).toBe(purl)
})

test('everything else is encoded, odd text too', () => {
  expect(purlOf(own('npm', "x y/?#@'(é", '1 2\uD800'), null)).toBe('pkg:npm/x%20y%2F%3F%23%40%27%28%C3%A9@1%202')
})
