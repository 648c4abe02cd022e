import { describe, expect, test } from '@jest/globals'
import { digestOf } from '../../src/image/digest.ts'
import { type Manifest, openRepository, type Repository } from '../../src/image-stores/repository.ts'
import { type Fault, portsOf, putImage, quick, registriesOfTest, withConfig } from './registry-double.ts'

const mediaType = 'application/vnd.oci.image.manifest.v1+json'
const manifestOf = (text: string): Manifest => {
  const bytes = Buffer.from(text)
  return { bytes, mediaType, digest: digestOf(bytes) }
}

/** A registry that also takes manifests, and takes tags away where it `deletes`. */
const writing =
  (held: Map<string, { bytes: Buffer; type: string }>, deletes = true): Fault =>
  ({ method, path, body, headers }, response) => {
    if (!path.includes('/manifests/')) return false
    if (method === 'PUT') {
      held.set(path, { bytes: Buffer.from(body), type: String(headers['content-type']) })
      response.writeHead(201).end()
      return true
    }
    if (method === 'DELETE') {
      if (deletes) held.delete(path)
      response.writeHead(deletes ? 202 : 405).end()
      return true
    }
    const found = held.get(path)
    if (found === undefined) return false
    response.writeHead(200, { 'content-type': found.type }).end(found.bytes)
    return true
  }

describe('a repository', () => {
  const { open, registry } = registriesOfTest()
  const repositoryOf = (host: string, ports = portsOf()): Repository => {
    const made = openRepository(`${host}/app`, ports, quick)
    open.unshift(made)
    return made
  }

  test('takes a manifest under a tag, byte for byte, and gives it back with its type', async () => {
    const held = new Map()
    const { host } = await registry(writing(held))
    const repository = repositoryOf(host)
    expect(await repository.manifest('1.0')).toBeNull()
    const manifest = manifestOf(`{"schemaVersion":2,\n "mediaType":"${mediaType}"}`)
    await repository.put('1.0', manifest)
    expect(held.get('/v2/app/manifests/1.0')).toEqual({ bytes: manifest.bytes, type: mediaType })
    expect(await repository.manifest('1.0')).toEqual(manifest)
    expect(await repository.removeTag('1.0')).toBe(true)
    expect(await repository.manifest('1.0')).toBeNull()
  })

  test('keeps the type that old bytes themselves have, and that of the registry where they have none', async () => {
    const held = new Map()
    const { host } = await registry(writing(held))
    const repository = repositoryOf(host)
    const list = 'application/vnd.docker.distribution.manifest.list.v2+json'
    held.set('/v2/app/manifests/a', { bytes: Buffer.from(`{"mediaType":"${list}"}`), type: 'text/plain' })
    held.set('/v2/app/manifests/b', { bytes: Buffer.from('{}'), type: list })
    expect((await repository.manifest('a'))?.mediaType).toBe(list)
    expect((await repository.manifest('b'))?.mediaType).toBe(list)
  })

  test('says where a registry takes no tag away', async () => {
    const { host } = await registry(writing(new Map(), false))
    expect(await repositoryOf(host).removeTag('1.0')).toBe(false)
  })

  test('refuses other bytes than a digest says, of manifests and configs', async () => {
    const lie = manifestOf('{"lie":true}')
    const { host } = await registry(({ path }, response) => {
      if (!/sha256:/.test(path)) return false
      response.writeHead(200, { 'content-type': mediaType }).end('{"other":1}')
      return true
    })
    await expect(repositoryOf(host).manifest(lie.digest)).rejects.toThrow(/gave other bytes for sha256:/)
    await expect(repositoryOf(host).config(lie.digest)).rejects.toThrow(/gave other bytes for sha256:/)
  })

  test('reads configs', async () => {
    const double = await registry()
    const { config } = putImage(double, [Buffer.from('layer')], '1')
    expect(Buffer.from(await repositoryOf(double.host).config(digestOf(config)))).toEqual(config)
  })

  test.each<[number, RegExp]>([
    [
      403,
      /^127\.0\.0\.1:\d+ does not let the image app:1\.0 be written \(403\)\. Docker has no credentials.*docker login/,
    ],
    [404, /does not know where to put/],
    [400, /refuses the image app:1\.0 \(400\)\. A tag that may not be moved/],
    [429, /too many requests/],
    [500, /fails at writing the image app:1\.0 \(500\), tried several times/],
  ])('says what a refusal with %i means', async (status, words) => {
    const { host, seen } = await registry(({ method }, response) => {
      if (method === 'PUT') response.writeHead(status).end('secret')
      return method === 'PUT'
    })
    await expect(repositoryOf(host).put('1.0', manifestOf('{}'))).rejects.toThrow(words)
    expect(seen.length).toBe(status === 429 || status === 500 ? quick.tries : 1)
  })

  test('never sends what it writes on to another place', async () => {
    const elsewhere = await registry()
    const { host } = await registry(({ method }, response) => {
      if (method === 'PUT') response.writeHead(307, { location: `http://${elsewhere.host}/v2/app/manifests/1.0` }).end()
      return method === 'PUT'
    })
    await expect(repositoryOf(host).put('1.0', manifestOf('{}'))).rejects.toThrow(/refuses the image app:1\.0 \(307\)/)
    expect(elsewhere.seen).toEqual([])
  })

  test('asks for a token that may push, with the password, and shows it to the registry alone', async () => {
    const held = new Map()
    const scopes: (string | null)[] = []
    const double = await registry((seen, response, request) => {
      if (seen.path === '/token') {
        scopes.push(seen.query.get('scope'))
        response.writeHead(200).end(JSON.stringify({ token: seen.headers.authorization ? 'may-push' : 'may-pull' }))
        return true
      }
      if (seen.headers.authorization !== 'Bearer may-push') {
        const realm = `http://${seen.headers.host}/token`
        response.writeHead(401, { 'www-authenticate': `Bearer realm="${realm}",scope="repository:app:pull"` }).end()
        return true
      }
      return writing(held)(seen, response, request)
    })
    const auth = Buffer.from('me:hunter2').toString('base64')
    const { ports, forget } = await withConfig({ auths: { [double.host]: { auth } } })
    const repository = repositoryOf(double.host, ports)
    await repository.put('1.0', manifestOf('{}'))
    expect(scopes).toEqual(['repository:app:pull,push'])
    expect(held.has('/v2/app/manifests/1.0')).toBe(true)
    expect(ports.said.join('\n')).not.toMatch(/hunter2|may-push/)
    await forget()
  })
})
