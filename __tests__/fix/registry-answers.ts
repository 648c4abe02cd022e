import type { Captured } from '../../src/ports.ts'

/** What docker says when it is asked for the digest of an image: with a registry, and without one. */
export const digest = 'sha256:9d6b7a5f2c81e4430fb1a7c69e02d35874cabe196d5f07e32b8841c60da97ef3'
export const answered: Captured = { code: 0, stdout: `"${digest}"\n`, stderr: '' }
export const offline: Captured = {
  ...{ code: 1, stdout: '' },
  stderr: 'dial tcp: lookup registry-1.docker.io: no such host',
}
