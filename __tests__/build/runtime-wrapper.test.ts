// The script is run for real, by sh, on bundles as BuildKit writes them; a program that prints its arguments is its runc.
import { execFileSync, spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { notShifted, runtimeWrapper } from '../../src/build/runtime-wrapper.ts'

const root = mkdtempSync(join(tmpdir(), 'wrapper-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

const library = '/usr/lib/here'
const wrapper = join(root, 'runc')
const needs = { loader: 'ld-linux-x86-64.so.2', glibc: 'GLIBC_2.34' }
writeFileSync(join(root, 'real'), '#!/bin/sh\nprintf "%s\\n" "$@"\n')
writeFileSync(wrapper, runtimeWrapper(join(root, 'real'), library, needs, 172_800))
for (const name of ['real', 'runc']) chmodSync(join(root, name), 0o755)

const debian = {
  'lib64/ld-linux-x86-64.so.2': '',
  'usr/lib/x86_64-linux-gnu/libc.so.6': '\0\x01GLIBC_2.33\0GLIBC_2.34\0',
}

interface Spec {
  process: { env?: string[]; args: string[] }
  root: { path: string }
  mounts: { destination: string; type: string; source: string; options: string[] }[]
}

const specOf = (path: string, env: string[] | undefined, args: string[]): Spec => ({
  process: { ...(env ? { env } : {}), args },
  root: { path },
  mounts: [
    { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid'] },
    { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755'] },
    { destination: '/dev/pts', type: 'devpts', source: 'devpts', options: ['nosuid'] },
  ],
})

function run(
  files: Record<string, string>,
  { env = ['PATH=/bin'], args = ['/bin/sh', '-c', 'date'], words = ['run', '--bundle', '{}', 'id'] } = {},
) {
  const bundle = mkdtempSync(join(root, 'bundle-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(bundle, 'rootfs', path)), { recursive: true })
    writeFileSync(join(bundle, 'rootfs', path), text, 'latin1')
  }
  const before = specOf(join(bundle, 'rootfs'), env, args)
  writeFileSync(join(bundle, 'config.json'), JSON.stringify(before))
  const given = ['--log', 'x', ...words.map(word => word.replace('{}', bundle))]
  const { stdout, stderr, status } = spawnSync(wrapper, given, { encoding: 'utf8' })
  expect([status, stdout.trim().split('\n')]).toEqual([0, given])
  expect(readdirSync(bundle).filter(name => name !== 'rootfs')).toEqual(['config.json'])
  return { before, after: JSON.parse(readFileSync(join(bundle, 'config.json'), 'utf8')) as Spec, stderr }
}

describe('in the place of runc', () => {
  test.each([
    [['run', '--bundle', '{}', '--keep', 'id']],
    [['create', '--bundle={}', 'id']],
    [['run', '-b', '{}', 'id']],
  ])('%p: the library is in the environment, and below /dev after /dev itself', words => {
    const { before, after, stderr } = run(debian, { words })
    expect(stderr).toBe('')
    expect(after.process.env?.at(-1)).toBe('PATH=/bin')
    expect(after.process.env).toEqual(
      expect.arrayContaining(['LD_PRELOAD=/dev/.rg/libfaketime.so.1', 'FAKETIME=+172800s', 'NO_FAKE_STAT=1']),
    )
    expect(after.mounts.map(({ destination }) => destination)).toEqual(['/proc', '/dev', '/dev/.rg', '/dev/pts'])
    expect(after.mounts[2]).toMatchObject({ type: 'bind', source: library })
    expect({ ...after, process: 0, mounts: 0 }).toEqual({ ...before, process: 0, mounts: 0 })
  })

  test('what a RUN says is no part of the description, whatever it looks like', () => {
    const args = [
      '/bin/sh',
      '-c',
      'echo \'{"destination":"/dev","type":"tmpfs"}\' "env":["x" "root":{"path":"/"} | & \\1 $(touch /tmp/x)\n',
    ]
    const { before, after } = run(debian, { args })
    expect(after.process.args).toEqual(before.process.args)
    expect(after.mounts).toHaveLength(4)
  })

  test.each<[string, Record<string, string>, string[] | undefined, string]>([
    ['musl', { 'lib/ld-musl-x86_64.so.1': '' }, undefined, 'not made for glibc'],
    ['both', { ...debian, 'lib/ld-musl-x86_64.so.1': '' }, undefined, 'not made for glibc'],
    ['nothing', { hello: '' }, undefined, 'not made for glibc'],
    [
      'an older glibc',
      { ...debian, 'usr/lib/x86_64-linux-gnu/libc.so.6': 'GLIBC_2.31\0' },
      undefined,
      'older than 2.34',
    ],
    ['its own preload', debian, ['PATH=/bin', 'LD_PRELOAD=x'], 'sets LD_PRELOAD'],
    ['no environment', debian, [], 'not known'],
  ])('an image with %s is run as it is, and the log says why', (_, files, env, why) => {
    const { before, after, stderr } = run(files, env ? { env } : {})
    expect(after).toEqual(before)
    expect(stderr.startsWith(notShifted)).toBe(true)
    expect(stderr).toContain(why)
  })

  test('all other commands are handed on untouched', () => {
    for (const words of [['kill', '--bundle', '{}', 'id'], ['--version']]) {
      const { before, after, stderr } = run(debian, { words })
      expect([after, stderr]).toEqual([before, ''])
    }
    expect(existsSync('/bundle')).toBe(false)
    expect(execFileSync(wrapper, ['run', '--bundle', '/none', 'id'], { encoding: 'utf8' })).toContain('/none')
  })
})
