import { describe, expect, test } from '@jest/globals'
import { inStage } from '../../src/explain/stage-remedy.ts'

describe('a remedy for the stage', () => {
  const inRootfs = (path: string): string | null => (path.startsWith('/usr/') ? null : `/rootfs${path}`)
  const commands = (append: string[], path: string) => inStage({ text: 't', append }, [path], inRootfs).append

  test('paths to delete', () => {
    expect(inStage({ text: 't', remove: ['/var/log/*', '/usr/x'] }, ['/var/log/a'], inRootfs)).toEqual({
      text: 't',
      remove: ['/rootfs/var/log/*'],
    })
  })

  test('commands: the paths they are about, not their own', () => {
    expect(commands([': > /etc/machine-id'], '/etc/machine-id')).toEqual([': > /rootfs/etc/machine-id'])
    expect(commands(["LC_ALL=C sort -o '/srv/a b' '/srv/a b'"], '/srv/a b')).toEqual([
      "LC_ALL=C sort -o '/rootfs/srv/a b' '/rootfs/srv/a b'",
    ])
    expect(commands(['keytool -in /srv/store -out /tmp/x', 'mv /tmp/x /srv/store'], '/srv/store')).toEqual([
      'keytool -in /rootfs/srv/store -out /tmp/x',
      'mv /tmp/x /rootfs/srv/store',
    ])
    expect(commands(['touch -h -d "@$SOURCE_DATE_EPOCH" /srv/a /srv/b'], '/srv/a')).toEqual([
      'touch -h -d "@$SOURCE_DATE_EPOCH" /rootfs/srv/a /rootfs/srv/b',
    ])
    expect(commands(['chage -d 19000 app', 'rm -f /etc/shadow-'], '/etc/shadow')).toEqual([
      'chage -R /rootfs -d 19000 app',
      'rm -f /rootfs/etc/shadow-',
    ])
  })

  test('a command about none of the paths is left out, and with it the line to paste', () => {
    expect(inStage({ text: 't', append: ['tool --fix'] }, ['/srv/a'], inRootfs)).toEqual({ text: 't' })
  })

  test('paths that lie where the image has them leave it as it is', () => {
    const remedy = { text: 't', remove: ['/x/y'], append: ['tool --fix'] }
    expect(inStage(remedy, ['/opt/venv/a'], path => (path.startsWith('/opt/') ? path : null))).toBe(remedy)
  })

  test('where some paths lie elsewhere and some do not, each command has its path at its own place', () => {
    const place = (path: string): string | null =>
      path.startsWith('/opt') ? path : path.startsWith('/none') ? null : `/rootfs${path}`
    const of = (append: string[]) => inStage({ text: 't', append }, ['/opt/a', '/srv/b/c'], place).append
    expect(of(['fix /srv/b/c', 'fix /opt/a', 'fix /srv/b', 'fix /srv'])).toEqual([
      ...['fix /rootfs/srv/b/c', 'fix /opt/a', 'fix /rootfs/srv/b', 'fix /rootfs/srv'],
    ])
  })

  test('what has nothing to delete or to run is left as it is', () => {
    const remedy = { text: 't' }
    expect(inStage(remedy, ['/etc/x'], inRootfs)).toBe(remedy)
  })

  test('a command that is told its system is left out where the stage has none', () => {
    const nowhere = (): null => null
    expect(inStage({ text: 't', append: ['chage -d 19000 app'] }, ['/etc/shadow'], nowhere)).toEqual({ text: 't' })
  })
})
