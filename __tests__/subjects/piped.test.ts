import { execFileSync } from 'node:child_process'
import { existsSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { InputError } from '../../src/options/input-error.ts'
import { pipedContext, pipedDockerfile } from '../../src/subjects/piped.ts'

const root = mkdtempSync(join(tmpdir(), 'piped-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const log = {
  info: () => {},
  debug: () => {},
  warning: () => {},
  foreign: () => {},
  group: <T>(_: string, work: () => Promise<T>) => work(),
}
const ports = () => ({ tempDir: mkdtempSync(join(root, 't-')), signal: new AbortController().signal, log })
const streamOf = (bytes: Uint8Array | string) => Readable.from([Buffer.from(bytes)])

interface Item {
  name: string
  type?: string
  text?: string
  link?: string
  mode?: number
}

/** A ustar of these, as any tar writes it. */
function tarOf(items: readonly Item[]): Buffer {
  const blocks = items.flatMap(({ name, type = '0', text = '', link = '', mode = 0o644 }) => {
    const header = Buffer.alloc(512)
    header.write(name, 0)
    header.write(`${mode.toString(8).padStart(7, '0')}\0`, 100)
    header.write('0000000\0', 108)
    header.write('0000000\0', 116)
    header.write(`${Buffer.byteLength(text).toString(8).padStart(11, '0')}\0`, 124)
    header.write('14471000000\0', 136)
    header.write('        ', 148)
    header.write(type, 156)
    header.write(link, 157)
    header.write('ustar\x0000', 257)
    const sum = header.reduce((total, byte) => total + byte, 0)
    header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148)
    const body = Buffer.alloc(Math.ceil(Buffer.byteLength(text) / 512) * 512)
    body.write(text)
    return [header, body]
  })
  return Buffer.concat([...blocks, Buffer.alloc(1024)])
}
const dockerfile: Item = { name: 'Dockerfile', text: 'FROM scratch\nCOPY . /\n' }

describe('a context from standard input', () => {
  test.each([
    ['plain', (tar: Buffer) => tar],
    ['gzip', (tar: Buffer) => gzipSync(tar)],
  ])('a tar, %s', async (_, pack) => {
    const items: Item[] = [
      ...[dockerfile, { name: './app/', type: '5', mode: 0o750 }, { name: 'app/run.sh', text: '#!', mode: 0o755 }],
      ...[
        { name: 'app/link', type: '2', link: '../../../etc/passwd' },
        { name: 'hard', type: '1', link: 'app/run.sh' },
      ],
      ...[
        { name: 'dev', type: '3' },
        { name: 'shut/', type: '5', mode: 0 },
        { name: 'shut/x', text: 'x', mode: 0 },
      ],
      { name: 'deep/er/f', text: 'made without its folders' },
    ]
    const { context, dockerfile: alone } = await pipedContext(ports(), streamOf(pack(tarOf(items))))
    expect(alone).toBeNull()
    expect(readdirSync(context).sort()).toEqual(['Dockerfile', 'app', 'deep', 'hard', 'shut'])
    expect(lstatSync(join(context, 'app/run.sh')).mode & 0o777).toBe(0o755)
    expect(lstatSync(join(context, 'app')).mode & 0o777).toBe(0o750)
    expect(lstatSync(join(context, 'app/run.sh')).mtimeMs).toBe(0o14471000000 * 1000)
    expect(lstatSync(join(context, 'app/link')).isSymbolicLink()).toBe(true)
    expect(readFileSync(join(context, 'shut/x'), 'utf8')).toBe('x')
  })
  test('as the tar program writes it', async () => {
    const folder = mkdtempSync(join(root, 'src-'))
    execFileSync('sh', ['-c', 'echo FROM scratch > Dockerfile; mkdir d; echo x > d/f; ln -s f d/l'], { cwd: folder })
    const { context } = await pipedContext(ports(), streamOf(execFileSync('tar', ['-c', '-C', folder, '.'])))
    expect(readFileSync(join(context, 'd/l'), 'utf8')).toBe('x\n')
  })
  test('of two entries of one name the later one counts', async () => {
    const { context } = await pipedContext(ports(), streamOf(tarOf([dockerfile, { ...dockerfile, text: 'FROM x\n' }])))
    expect(readFileSync(join(context, 'Dockerfile'), 'utf8')).toBe('FROM x\n')
  })
  test('a Dockerfile alone has an empty context', async () => {
    const { context, dockerfile: file } = await pipedContext(ports(), streamOf('FROM debian\n'))
    expect(readdirSync(context)).toEqual([])
    expect(readFileSync(String(file), 'utf8')).toBe('FROM debian\n')
  })
  test.each<[string, Item[]]>([
    ['above the folder', [dockerfile, { name: '../evil', text: 'x' }]],
    ['above it from below', [dockerfile, { name: 'a/../../evil', text: 'x' }]],
    [
      'through a link',
      [
        { name: 'l', type: '2', link: root },
        { name: 'l/evil', text: 'x' },
      ],
    ],
    [
      'through a link in between',
      [
        { name: 'l', type: '2', link: root },
        { name: 'l/a/evil', text: 'x' },
      ],
    ],
    ['a link to a file outside', [{ name: 'h', type: '1', link: '/etc/passwd' }]],
    ['a link to what is not there', [{ name: 'h', type: '1', link: 'nowhere' }]],
    [
      'a file as a folder',
      [
        { name: 'f', text: 'x' },
        { name: 'f/evil', text: 'x' },
      ],
    ],
    [
      'a file for a folder',
      [
        { name: 'd/f', text: 'x' },
        { name: 'd', text: 'x' },
      ],
    ],
  ])('nothing is written outside: %s', async (_, items) => {
    await expect(pipedContext(ports(), streamOf(tarOf(items)))).rejects.toThrow(InputError)
    expect(existsSync(join(root, 'evil')) || existsSync(join(root, 'a/evil'))).toBe(false)
  })
  test('nothing, and what is cut off, is said', async () => {
    await expect(pipedContext(ports(), streamOf(''))).rejects.toThrow(/empty/)
    await expect(pipedContext(ports(), streamOf(tarOf([dockerfile]).subarray(0, 520)))).rejects.toThrow(
      /cannot be read/,
    )
    await expect(pipedContext(ports(), streamOf(gzipSync(tarOf([dockerfile])).subarray(0, 60)))).rejects.toThrow(
      /cannot be/,
    )
    await expect(pipedContext(ports(), streamOf(Buffer.alloc(2 ** 21, 'x')))).rejects.toThrow(/neither a tar nor/)
  })
  test('no bytes make it throw anything else', () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), async bytes => {
        await pipedContext(ports(), streamOf(bytes)).catch(error => expect(error).toBeInstanceOf(InputError))
      }),
      { numRuns: 30 },
    ))
})

test('a Dockerfile from standard input is bounded', async () => {
  const file = await pipedDockerfile(ports(), streamOf('FROM scratch\n'))
  expect(readFileSync(file, 'utf8')).toBe('FROM scratch\n')
  await expect(pipedDockerfile(ports(), streamOf(''))).rejects.toThrow(/empty/)
  await expect(pipedDockerfile(ports(), streamOf(Buffer.alloc(2 ** 20 + 1, 'x')))).rejects.toThrow(/bigger than 1 MiB/)
})

test('who stops it waits no longer', async () => {
  const controller = new AbortController()
  const waiting = pipedDockerfile({ ...ports(), signal: controller.signal }, new Readable({ read() {} }))
  controller.abort()
  await expect(waiting).rejects.toThrow('stopped while standard input was read')
})
