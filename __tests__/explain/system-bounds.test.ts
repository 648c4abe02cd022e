import { describe, expect, test } from '@jest/globals'
import { recogniseCause } from '../../src/explain/causes.ts'
import { changed, subjectOf } from './subject.ts'

describe('a quarter of a megabyte at the paths of distributions gets one cause', () => {
  test.each([
    ['etc/ssl/certs/ca.crt', '-----BEGIN CERTIFICATE-----\n'],
    ['etc/ssl/certs/ca.crt', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
    ['srv/resolv.conf', 'nameserver 1\n'],
    ['srv/hosts', '10.0.0.1 a b c '],
    ['srv/hosts', '10.0.0.1 localhost\n'],
    ['srv/mounts', 'overlay / overlay rw 0 0\n'],
    ['etc/passwd', 'app:x:1:1::/:\n'],
    ['etc/passwd', 'a:'],
    ['etc/shadow', 'app:!:1:0:::\n'],
    ['etc/apk/world', '.deps=20261121.030005\n'],
    ['lib/apk/db/installed', 'C:Q1aaaaaaaaaaaaaaaaaaaaaaaaaa=\nP:x\nV:1\n'],
    ['root/.ssh/id.pub', 'ssh-ed25519 AAAA'],
    ['opt/store.jks', '\xfe\xed\xfe\xed\0\0\0\x02\0\0\x13\x88'],
    ['var/lib/rpm/rpmdb.sqlite', 'SQLite format 3\0'],
    ['run/x.pid', '1'],
  ])('%s: %j', (path, piece) => {
    // All that is read of one side: a pattern that backtracks would not come to an end on it.
    const text = piece.repeat(Math.ceil(250_000 / piece.length))
    const { cause } = recogniseCause(subjectOf(changed(path, `${text}1`, `${text}2 `)))
    expect(cause.id).toMatch(/^[a-z][a-z-]+$/)
  })
})
