import { expect, test } from '@jest/globals'
import { isLocal, sentOnTo } from '../../src/image-stores/address.ts'

const registry = new URL('https://registry.example/v2/app/manifests/1')

test.each([
  ['https://storage.example/blob?signature=x', 'https://storage.example/blob?signature=x'],
  ['/v2/other', 'https://registry.example/v2/other'],
  ['https://me:secret@storage.example/#top', 'https://storage.example/'],
  ['https://10.0.0.7:9000/bucket', 'https://10.0.0.7:9000/bucket'],
])('a registry may send us to %s', (location, expected) => {
  expect(sentOnTo(location, registry, 'a blob').href).toBe(expected)
})

test.each([
  'http://registry.example/v2/app',
  'http://localhost:5000/blob',
  'https://localhost/blob',
  'https://127.0.0.1/blob',
  'https://2130706433/blob',
  'https://0x7f.1/blob',
  'https://[::1]/blob',
  'https://[::ffff:127.0.0.1]/blob',
  'https://0.0.0.0/blob',
  'https://[::]/blob',
  'https://169.254.169.254/latest',
  'https://[fe80::1]/blob',
  'https://[fd00:ec2::254]/latest',
  'file:///etc/passwd',
  'blob:https://registry.example/x',
  'https://',
  `https://registry.example/${'a'.repeat(20_000)}`,
])('a registry elsewhere may not send us to %s', location => {
  expect(() => sentOnTo(location, registry, 'a blob')).toThrow(/registry\.example (sends us to|names an address)/)
})

test('what this machine is called', () => {
  const local = ['http://localhost', 'http://127.0.0.1', 'http://127.1.2.3:5000', 'http://[::1]:80', 'http://127.1']
  expect(local.map(address => isLocal(new URL(address)))).toEqual(local.map(() => true))
  const other = ['http://localhost.example', 'http://127.0.0.1.example', 'http://[::2]', 'http://128.0.0.1']
  expect(other.map(address => isLocal(new URL(address)))).toEqual(other.map(() => false))
})
