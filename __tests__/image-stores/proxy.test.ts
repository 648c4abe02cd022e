import { describe, expect, test } from '@jest/globals'
import { proxyFor } from '../../src/image-stores/proxy.ts'

const proxy = 'http://proxy.example:3128'
const through = (address: string, env: Record<string, string>) => proxyFor(new URL(address), env)?.host ?? null

describe('the proxy that the environment names', () => {
  test.each<[string, Record<string, string>, string | null]>([
    ['https://ghcr.io', {}, null],
    ['https://ghcr.io', { HTTPS_PROXY: proxy }, 'proxy.example:3128'],
    ['https://ghcr.io', { https_proxy: proxy, HTTPS_PROXY: 'http://other:1' }, 'proxy.example:3128'],
    ['https://ghcr.io', { HTTP_PROXY: proxy }, null],
    ['https://ghcr.io', { ALL_PROXY: proxy }, 'proxy.example:3128'],
    ['https://ghcr.io', { HTTPS_PROXY: 'proxy.example:3128' }, 'proxy.example:3128'],
    ['https://ghcr.io', { HTTPS_PROXY: '' }, null],
    ['http://localhost:5000', { HTTP_PROXY: proxy }, null],
    ['http://127.0.0.1:5000', { HTTP_PROXY: proxy }, null],
    ['http://[::1]:5000', { HTTP_PROXY: proxy }, null],
  ])('%s with %j', (address, env, expected) => {
    expect(through(address, env)).toBe(expected)
  })

  test.each<[string, string, boolean]>([
    ['https://ghcr.io', '*', true],
    ['https://ghcr.io', 'ghcr.io', true],
    ['https://ghcr.io', 'GHCR.IO', true],
    ['https://sub.ghcr.io', 'ghcr.io', true],
    ['https://notghcr.io', 'ghcr.io', false],
    ['https://ghcr.io', '.ghcr.io', false],
    ['https://sub.ghcr.io', '.ghcr.io', true],
    ['https://sub.ghcr.io', '*.ghcr.io', true],
    ['https://ghcr.io', 'a, b , ghcr.io:443', true],
    ['https://ghcr.io', 'ghcr.io:444', false],
    ['https://10.1.2.3', '10.0.0.0/8', true],
    ['https://11.1.2.3', '10.0.0.0/8', false],
    ['https://10.1.2.3', '10.1.2.3', true],
    ['https://[fd00::7]:5000', 'fd00::/8', true],
    ['https://[fd00::7]:5000', 'fd00::7', true],
    ['https://[fd00::7]:5000', '[fd00::7]:5000', true],
    ['https://ghcr.io', '/, 1/2/3, x/8, 10.0.0.0/99, :, []', false],
  ])('%s with NO_PROXY=%s', (address, exceptions, isExcepted) => {
    expect(through(address, { HTTPS_PROXY: proxy, NO_PROXY: exceptions }) === null).toBe(isExcepted)
  })

  test('a proxy that is none is said, without the password in it', () => {
    const broken = () => through('https://ghcr.io', { HTTPS_PROXY: 'socks5://me:secret@proxy:1' })
    expect(broken).toThrow('HTTPS_PROXY')
    expect(broken).not.toThrow('secret')
  })
})
