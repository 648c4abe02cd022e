import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterAll, describe, expect, test } from '@jest/globals'
import { checkOptions, InputError } from '../../src/options/options.ts'
import type { Exec } from '../../src/ports.ts'
import { pathShownAs, placed } from '../../src/subjects/placed.ts'
import { shownPath } from '../../src/subjects/sources.ts'
import { portsWith } from '../build/ports.ts'

const root = mkdtempSync(join(tmpdir(), 'placed-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const commit = '1a2b3c4d5e'.repeat(4)

/** A git that has one repository, and what it was asked. */
function world(answers: { lines?: string; fails?: string } = {}) {
  const asked: { args: readonly string[]; env: Readonly<Record<string, string>> }[] = []
  const exec: Exec = {
    async capture(_, args, { env = {} } = {}) {
      asked.push({ args, env })
      if (answers.fails !== undefined) return { code: 128, stdout: '', stderr: answers.fails }
      const tree = args[args.indexOf('--work-tree') + 1] ?? ''
      if (args.includes('checkout')) {
        mkdirSync(join(tree, 'app'))
        writeFileSync(join(tree, 'app/Dockerfile'), 'FROM scratch\n')
      }
      return { code: 0, stdout: args.includes('ls-remote') ? (answers.lines ?? '') : '', stderr: '' }
    },
    stream: async () => 0,
  }
  return { asked, ports: portsWith(exec) }
}
const gate = (context: string, more = {}) => checkOptions('gate', { context: [context], ...more })

describe('a git context', () => {
  const lines = `${'f'.repeat(40)}\trefs/tags/v1\n${commit}\trefs/tags/v1^{}\n`
  test('is one commit, fetched once; of a tag the commit that it names', async () => {
    const { ports, asked } = world({ lines })
    const options = await placed(gate('https://github.com/o/r.git#v1:app'), ports, {})
    expect(asked.find(({ args }) => args.includes('fetch'))?.args.slice(-3)).toEqual([
      '--',
      'https://github.com/o/r.git',
      commit,
    ])
    expect(options.contextName).toBe(`https://github.com/o/r.git#${commit}:app`)
    expect(options.file).toBe(join(options.context, 'Dockerfile'))
    expect(shownPath(options.file, options.shown)).toBe(
      `https://github.com/o/r.git#${commit.slice(0, 12)}:app/Dockerfile`,
    )
    expect(pathShownAs(shownPath(options.file, options.shown), options.shown)).toBe(options.file)
    expect(options.variations).not.toContain('umask')
  })
  test('a branch goes before a tag of its name', async () => {
    const { ports, asked } = world({ lines: `${commit}\trefs/heads/v1\n${'f'.repeat(40)}\trefs/tags/v1\n` })
    await placed(gate('https://github.com/o/r.git#v1:app'), ports, {})
    expect(asked.find(({ args }) => args.includes('fetch'))?.args.at(-1)).toBe(commit)
  })
  test('of this repository names its files as annotations do, with the token of the workflow', async () => {
    const { ports, asked } = world({ lines })
    const own = { repository: 'https://github.com/o/r', token: 'hunter2' }
    const options = await placed(gate('https://github.com/o/r.git#v1:app'), ports, { own })
    expect(shownPath(options.file, options.shown)).toBe('app/Dockerfile')
    expect(asked.length).toBeGreaterThan(0)
    for (const { args, env } of asked) {
      expect(args.join(' ')).not.toContain('hunter2')
      expect(Object.values(env).join()).toContain(Buffer.from('x-access-token:hunter2').toString('base64'))
      expect(env.GIT_TERMINAL_PROMPT).toBe('0')
    }
    const other = world({ lines })
    await placed(gate('https://github.com/o/other.git#v1:app'), other.ports, { own })
    expect(other.asked.length).toBeGreaterThan(0)
    for (const { env } of other.asked) expect(Object.values(env).join()).not.toContain('Authorization')
  })
  test('nothing of the address becomes an option of git', async () => {
    const { ports, asked } = world({ lines: `${commit}\tHEAD\n` })
    await placed(gate('git@host:-x.git#:app'), ports, {})
    const named = asked.filter(({ args }) => args.includes('git@host:-x.git'))
    expect(named.length).toBeGreaterThan(0)
    for (const { args } of named) expect(args.indexOf('--')).toBeLessThan(args.indexOf('git@host:-x.git'))
  })
  test('a password in the address is in no message', async () => {
    const { ports } = world({ fails: 'fatal: unable to access https://u:hunter2@h/r.git: 403' })
    const failure = await placed(gate('https://u:hunter2@h/r.git'), ports, {}).catch(error => error)
    expect(failure).toBeInstanceOf(InputError)
    expect(failure.message).toContain('GIT_AUTH_TOKEN')
    expect(failure.message).not.toContain('hunter2')
  })
  test('a password in the address is in no argument of git, and reaches that address alone', async () => {
    const { ports, asked } = world({ lines })
    const options = await placed(gate('https://u:hunter%2B2@h/r.git#v1:app'), ports, {})
    expect(asked.filter(({ args }) => args.includes('https://h/r.git')).length).toBeGreaterThan(1)
    expect(JSON.stringify(asked.map(({ args }) => args))).not.toContain('hunter')
    expect(options.contextName).toBe(`https://h/r.git#${commit}:app`)
    for (const { env } of asked) {
      const at = Object.entries(env).find(([, value]) => value === 'http.https://h/r.git.extraheader')?.[0]
      const header = `Authorization: basic ${Buffer.from('u:hunter+2').toString('base64')}`
      expect(env[`GIT_CONFIG_VALUE_${at?.slice('GIT_CONFIG_KEY_'.length)}`]).toBe(header)
    }
  })
  test('the commit that was asked for has to be the one', async () => {
    const { ports } = world({ lines })
    await expect(placed(gate('https://h/r.git?tag=v1&commit=abcdef0&subdir=app'), ports, {})).rejects.toThrow(
      'not abcdef0',
    )
  })
  test('a Dockerfile that leads out of it is refused', async () => {
    const asked = gate('https://h/r.git#v1:app', { file: ['../../etc/passwd'] })
    await expect(placed(asked, world({ lines }).ports, {})).rejects.toThrow('leads out of the context')
  })
})

describe('standard input', () => {
  test('a terminal is none', async () => {
    const stdin = Object.assign(Readable.from([]), { isTTY: true })
    await expect(placed(gate('-'), world().ports, { stdin })).rejects.toThrow('this terminal')
  })
  test('an action has none', async () => {
    await expect(placed(checkOptions('gate', { file: ['-'] }), world().ports, {})).rejects.toThrow('none here')
  })
  test('what needs nothing is as it was', async () => {
    const options = gate('.')
    expect(await placed(options, world().ports, {})).toBe(options)
  })
})
