import { createHash } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import type { Lookup } from '../../src/finding.ts'
import { lookups, whatOf } from '../../src/fix/lookup.ts'
import { checksumOf } from '../../src/fix/url-checksum.ts'
import type { Captured, Exec, ExecOptions } from '../../src/ports.ts'

const edit = { file: 'f', line: 1, column: 1, endLine: 1, endColumn: 1, text: '{}' }
const lookup = (kind: Lookup['kind'], reference: string): Lookup => ({ kind, reference, edit })
const digest = `sha256:${'4f'.repeat(32)}`
const commit = (letter: string) => letter.repeat(40)

interface Call {
  command: string
  args: readonly string[]
  options: ExecOptions | undefined
}

/** Asks with an exec that answers as told, or throws; gives what was answered and the commands that ran. */
async function ask(
  asked: Lookup[],
  answer: (call: Call) => Partial<Captured> | Promise<Partial<Captured>>,
  signal = new AbortController().signal,
) {
  const calls: Call[] = []
  const said: string[] = []
  const exec: Exec = {
    stream: () => Promise.reject(new Error('not used')),
    async capture(command, args, options) {
      const call = { command, args, options }
      calls.push(call)
      return { code: 0, stdout: '', stderr: '', ...(await answer(call)) }
    },
  }
  const answers = await lookups({ exec, signal, log: { info: text => void said.push(text) } })(asked)
  const texts = asked.map(one => {
    const found = answers.get(one)
    return found === undefined ? null : 'value' in found ? found.value : found.problem
  })
  return { texts, calls, said }
}

describe('the digest of an image', () => {
  test('is what imagetools says of the reference, asked with an argument list', async () => {
    const { texts, calls, said } = await ask([lookup('image-digest', 'python:3.12')], () => ({
      stdout: `"${digest}"\n`,
    }))
    expect(texts).toEqual([digest])
    expect(calls.map(({ command, args }) => [command, ...args])).toEqual([
      ['docker', 'buildx', 'imagetools', 'inspect', 'python:3.12', '--format', '{{json .Manifest.Digest}}'],
    ])
    expect(said).toEqual(['Asking for the digest of python:3.12'])
  })

  test('is asked for once for each reference, and at most four at a time', async () => {
    let [running, most] = [0, 0]
    const asked = Array.from({ length: 20 }, (_, at) => lookup('image-digest', `a:${at % 10}`))
    const { texts, calls } = await ask(asked, async () => {
      most = Math.max(most, ++running)
      await new Promise(done => setTimeout(done, 5))
      running--
      return { stdout: `"${digest}"` }
    })
    expect(texts).toEqual(asked.map(() => digest))
    expect(calls).toHaveLength(10)
    expect(most).toBe(4)
  })

  test.each([
    ['is not found', 'ERROR: docker.io/library/nope:1: not found', /there is nothing of that name/],
    [
      'may not be read',
      'ERROR: failed to authorize: failed to fetch anonymous token: unexpected status from GET request: 401 Unauthorized',
      /access was denied: .*log in/,
    ],
    ['is in no network', 'ERROR: dial tcp: lookup registry-1.docker.io: no such host', /there is no network/],
    [
      'does not answer',
      'ERROR: Head "https://r.example/v2/": dial tcp 192.0.2.1:443: connect: connection refused',
      /does not answer/,
    ],
    ['answers too much', 'ERROR: toomanyrequests: You have reached your pull rate limit', /too many requests/],
    ['has a strange certificate', 'ERROR: tls: failed to verify certificate: x509: unknown authority', /certificate/],
    ['says something new', 'ERROR: the moon is full', /asked for: ERROR: the moon is full\./],
    ['says nothing', '', /no reason was given/],
  ])('of a registry that %s is a sentence', async (_, stderr, expected) => {
    const { texts } = await ask([lookup('image-digest', 'a/b:1')], () => ({ code: 1, stderr }))
    expect(texts[0]).toMatch(expected)
    expect(texts[0]).toMatch(
      /^the digest of a\/b:1 could not be asked for: .*\. Run fix again .*, or write it yourself\.$/,
    )
  })

  test.each(['', 'sha256:12', '<no value>', `"${digest}"\nx`, `"${digest.toUpperCase()}"`])(
    'is never %j',
    async stdout => {
      const { texts } = await ask([lookup('image-digest', 'a')], () => ({ stdout }))
      expect(texts[0]).toContain('the answer was no digest')
    },
  )

  test('without docker, and without buildx, says so', async () => {
    const gone = await ask([lookup('image-digest', 'a')], () => Promise.reject(new Error('spawn docker ENOENT')))
    expect(gone.texts[0]).toContain('there is no docker here to ask with')
    const old = await ask([lookup('image-digest', 'a')], () => ({
      code: 1,
      stderr: "docker: 'buildx' is not a docker command.",
    }))
    expect(old.texts[0]).toContain('docker has no buildx here')
  })

  test.each(['--help', '-v', '', 'a b', 'a;b', '$(x)', 'a\nb'])('is not asked for %j', async reference => {
    const { texts, calls } = await ask([lookup('image-digest', reference)], () => ({ stdout: `"${digest}"` }))
    expect(calls).toEqual([])
    expect(texts[0]).toContain('no name of an image')
  })

  test('is not asked for by a run that was ended', async () => {
    const { texts, calls } = await ask([lookup('image-digest', 'a')], () => ({}), AbortSignal.abort())
    expect([texts[0], calls]).toEqual(['the run was ended', []])
  })
})

test('a question that gets no answer ends at its deadline, and with the run', async () => {
  const exec: Exec = {
    stream: () => Promise.reject(new Error('not used')),
    capture: (_command, _args, options) =>
      new Promise(done =>
        options?.signal?.addEventListener('abort', () => done({ code: 130, stdout: '', stderr: 'interrupted' })),
      ),
  }
  const one = lookup('image-digest', 'a')
  const deadlines = { 'image-digest': 20, 'git-commit': 20, 'url-checksum': 20 }
  const asking = { exec, log: { info() {} } }
  const late = await lookups({ ...asking, signal: new AbortController().signal }, deadlines)([one])
  expect(late.get(one)).toEqual({ problem: expect.stringContaining('no answer came within 0.02 seconds') })
  const ended = await lookups({ ...asking, signal: AbortSignal.timeout(10) })([one])
  expect(ended.get(one)).toEqual({ problem: expect.stringContaining('the run was ended') })
})

describe('the commit of a ref', () => {
  const listing = (...lines: [string, string][]) => ({
    stdout: lines.map(([sha, ref]) => `${commit(sha)}\t${ref}\n`).join(''),
  })

  test.each([
    ['a branch', 'main', [['a', 'refs/heads/main'] as [string, string], ['b', 'refs/heads/x/main']], 'a'],
    ['a tag', 'v1', [['a', 'refs/tags/v1']], 'a'],
    [
      'an annotated tag: what it is about',
      'v1',
      [
        ['a', 'refs/tags/v1'],
        ['b', 'refs/tags/v1^{}'],
      ],
      'b',
    ],
    [
      'a branch before a tag, as git clone has it',
      'v1',
      [
        ['a', 'refs/tags/v1'],
        ['b', 'refs/heads/v1'],
      ],
      'b',
    ],
    [
      'a full ref',
      'refs/tags/v1',
      [
        ['a', 'refs/tags/v1'],
        ['b', 'refs/tags/v1^{}'],
      ],
      'b',
    ],
    [
      'no ref at all',
      '',
      [
        ['a', 'HEAD'],
        ['b', 'refs/remotes/origin/HEAD'],
      ],
      'a',
    ],
  ])('%s', async (_, ref, lines, expected) => {
    const repository = 'https://github.com/o/r.git'
    const { texts, calls } = await ask([lookup('git-commit', `${repository}#${ref}`)], () =>
      listing(...(lines as [string, string][])),
    )
    expect(texts).toEqual([commit(expected)])
    const name = ref === '' ? 'HEAD' : ref
    expect(calls[0]).toMatchObject({ command: 'git', args: ['ls-remote', '--', repository, name, `${name}^{}`] })
    expect(calls[0]?.options?.env).toMatchObject({ GIT_TERMINAL_PROMPT: '0', GIT_ALLOW_PROTOCOL: 'https:ssh:git' })
  })

  test.each([
    'ext::sh -c touch% /tmp/x#main',
    '--upload-pack=touch#main',
    'file:///etc#main',
    '/srv/r.git#main',
    '../r#main',
    'http://h/r#main',
    'ssh://-oProxyCommand=x/r#main',
    'git@-x:r#main',
    'https://h/r#--exec=x',
    'https://h/r#a b',
    'https://h/r#*',
  ])('is not asked for %s', async reference => {
    const { texts, calls } = await ask([lookup('git-commit', reference)], () => listing(['a', 'refs/heads/main']))
    expect(calls).toEqual([])
    expect(texts[0]).toMatch(/only repositories behind|no name of a branch/)
  })

  test.each(['git@github.com:o/r.git#main', 'ssh://git@h/r#main', 'git://h/r#main'])(
    'is asked for %s',
    async reference => {
      expect((await ask([lookup('git-commit', reference)], () => listing(['a', 'refs/heads/main']))).texts).toEqual([
        commit('a'),
      ])
    },
  )

  test('that is not there, is behind a password, or needs git that is not here, says so', async () => {
    const one = [lookup('git-commit', 'https://me:secret@h/r#v9')]
    expect((await ask(one, () => ({}))).texts[0]).toContain('no branch or tag of that name')
    const denied = 'fatal: could not read Username for https://h: terminal prompts disabled'
    const { texts } = await ask(one, () => ({ code: 128, stderr: denied }))
    expect(texts[0]).toContain('access was denied')
    expect(texts[0]).not.toContain('secret')
    expect((await ask(one, () => Promise.reject(new Error('ENOENT')))).texts[0]).toContain('there is no git here')
  })
})

describe('the checksum of a file', () => {
  /** Asks a server of our own. */
  async function served(listener: RequestListener, path = '/a', limit?: number) {
    const server = createServer(listener)
    await new Promise<void>(ready => server.listen(0, '127.0.0.1', ready))
    const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`
    const answer = await checksumOf(address, { signal: AbortSignal.timeout(5000) }, limit)
    await new Promise(closed => {
      server.close(closed)
      server.closeAllConnections()
    })
    return 'value' in answer ? answer.value : answer.problem
  }

  test('is that of its bytes as they lie there', async () => {
    const bytes = Buffer.from([0x1f, 0x8b, 0, 255, 10, 13])
    let encoding: string | undefined
    const sum = await served((request, response) => {
      encoding = request.headers['accept-encoding']
      response.end(bytes)
    })
    expect(sum).toBe(`sha256:${createHash('sha256').update(bytes).digest('hex')}`)
    expect(encoding).toBe('identity')
  })

  test('follows where the server sends it', async () => {
    const sum = await served((request, response) => {
      if (request.url === '/a') response.writeHead(302, { location: '/b' }).end()
      else response.end('there')
    })
    expect(sum).toBe(`sha256:${createHash('sha256').update('there').digest('hex')}`)
  })

  test.each([
    [404, /nothing at that address/],
    [403, /access was denied/],
    [500, /the server answers 500/],
  ])('of an answer %d is a sentence', async (status, expected) => {
    expect(await served((_, response) => response.writeHead(status).end('x'))).toMatch(expected)
  })

  test('is not made of a packed, an endless or a broken file', async () => {
    expect(await served((_, response) => response.writeHead(200, { 'content-encoding': 'br' }).end('x'))).toMatch(
      /packed/,
    )
    const endless: RequestListener = (_, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65536)));
        if (!response.destroyed) response.once('drain', more)
      }
      more()
    }
    expect(await served(endless, '/a', 1 << 20)).toMatch(/bigger than/)
    const broken = await served((_, response) => {
      response.writeHead(200, { 'content-length': '10' })
      response.write('x', () => response.destroy())
    })
    expect(broken).not.toMatch(/^sha256:/)
  })

  test.each(['file:///etc/passwd', 'ftp://h/a', 'data:,x', '/etc/passwd', ''])('is not asked for %j', async address => {
    expect(await checksumOf(address, { signal: AbortSignal.timeout(1000) })).toEqual({
      problem: 'only http and https are asked',
    })
  })

  test('of a server that is not there is a sentence', async () => {
    const server = createServer()
    await new Promise<void>(ready => server.listen(0, '127.0.0.1', ready))
    const { port } = server.address() as AddressInfo
    await new Promise(closed => server.close(closed))
    const answer = await checksumOf(`http://127.0.0.1:${port}/a`, { signal: AbortSignal.timeout(5000) })
    expect(answer).toEqual({ problem: expect.stringMatching(/does not answer/) })
  })
})

test('no password of an address is ever told', () => {
  expect(whatOf('url-checksum', 'https://me:secret@h/a')).toBe('the checksum of https://***@h/a')
})
