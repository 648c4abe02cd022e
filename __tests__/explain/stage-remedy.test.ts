import { describe, expect, test } from '@jest/globals'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { pathInStage } from '../../src/explain/blame/stage-path.ts'
import { inStage } from '../../src/explain/stage-remedy.ts'

const imageA = {
  digest: 'm',
  configDigest: 'c',
  manifest: { config: { mediaType: '', digest: '', size: 0 }, layers: [] },
  config: { config: {}, rootfs: { type: 'layers', diff_ids: [] } },
}

/** Where a path was in the stage of the first RUN, by the instructions of the given lines. */
function placeOf(text: string, lines: number[], path: string): string | null {
  const dockerfile = parseDockerfile(text, 'Dockerfile')
  const via = lines.map(line => dockerfile.instructions.find(one => one.line === line) as never)
  return pathInStage({ dockerfile, buildArgs: { TO: '/opt/x' }, imageA }, via, path)
}

const rootfs = 'FROM a AS x\nRUN install\nFROM scratch\nCOPY --from=x /rootfs /\n'
const twice =
  'FROM a AS x\nRUN install\nFROM b AS y\nCOPY --from=x /rootfs /mnt\nFROM scratch\nCOPY --from=y /mnt/etc /etc\nCOPY --from=y /mnt/var/ /var/\n'
const named = 'FROM a AS x\nARG TO\nWORKDIR /srv\nRUN install\nFROM b\nWORKDIR /app\nCOPY --from=x /srv/lib ./lib\n'
const mounted =
  'FROM a AS x\nRUN install\nFROM b\nRUN --mount=type=bind,from=x,source=/out,target=/in cp /in/app.db /srv/app.db\n'

describe('where a path lies in the stage it came from', () => {
  test.each([
    ['a whole root', rootfs, [4], '/var/log/dnf.log', '/rootfs/var/log/dnf.log'],
    ['a pattern', rootfs, [4], '/var/cache/dnf/*', '/rootfs/var/cache/dnf/*'],
    ['two COPYs in a row', twice, [7, 4], '/var/log/*', '/rootfs/var/log/*'],
    ['one of two that a finding came through', twice, [7, 6, 4], '/etc/shadow', '/rootfs/etc/shadow'],
    ['a working folder', named, [7], '/app/lib/x.log', '/srv/lib/x.log'],
    ['a file that a RUN copied from a mount', mounted, [4], '/srv/app.db', '/out/app.db'],
    ['nowhere: another folder', twice, [7, 4], '/usr/lib/x', null],
    ['nowhere: a RUN that says nothing of it', mounted, [4], '/srv/other', null],
    ['nowhere: nothing copied it', rootfs, [], '/etc/x', null],
  ])('%s', (_, text, lines, path, expected) => {
    expect(placeOf(text, lines, path)).toBe(expected)
  })
})

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
})
