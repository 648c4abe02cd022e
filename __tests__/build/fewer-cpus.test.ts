// The script is run for real, by sh; a program that prints its arguments is its runc.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { fewerCpusWrapper } from '../../src/build/fewer-cpus.ts'

const root = mkdtempSync(join(tmpdir(), 'fewer-cpus-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const wrapper = join(root, 'runc')
writeFileSync(join(root, 'real'), '#!/bin/sh\nprintf "%s\\n" "$@"\n', { mode: 0o755 })
writeFileSync(wrapper, fewerCpusWrapper(join(root, 'real'), '/of/ours'), { mode: 0o755 })

const proc = { destination: '/proc', type: 'proc', source: 'proc', options: ['nosuid'] }
const sys = { destination: '/sys', type: 'sysfs', source: 'sysfs', options: ['nosuid', 'noexec', 'nodev', 'ro'] }
const dev = { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid'] }

function mountsAfter(mounts: object[], ...words: string[]): { destination: string; source: string }[] {
  const config = join(root, 'config.json')
  writeFileSync(config, JSON.stringify({ process: { args: ['a"|&\\b'] }, mounts }))
  const all = ['--log', 'x', ...words, '--bundle', root, 'id']
  expect(execFileSync(wrapper, all, { encoding: 'utf8' }).trim().split('\n')).toEqual(all)
  const after = JSON.parse(readFileSync(config, 'utf8'))
  expect(after.process).toEqual({ args: ['a"|&\\b'] })
  return after.mounts
}

test('files that tell of CPUs lie over those of the kernel, once there are any', () => {
  const after = mountsAfter([proc, sys, dev], 'run')
  expect(after.map(({ destination }) => destination)).toEqual([
    ...['/proc', '/sys', '/proc/cpuinfo'],
    ...['online', 'present', 'possible'].map(name => `/sys/devices/system/cpu/${name}`),
    '/dev',
  ])
  expect(after[3]).toMatchObject({ type: 'bind', source: '/of/ours/online', options: expect.arrayContaining(['ro']) })
})

test('what begins no container, or is described otherwise, is left as it is', () => {
  expect(mountsAfter([proc, sys, dev], 'kill')).toEqual([proc, sys, dev])
  const bound = { ...sys, type: 'bind' }
  expect(mountsAfter([proc, bound], 'run')).toEqual([proc, bound])
})
