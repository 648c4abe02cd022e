// A registry of the layouts in a folder, which checks nothing: `node registry.mjs FOLDER` prints its port.
import { createReadStream, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { digestOf, indexType } from './layout.mjs'

const folder = process.argv[2]

createServer((request, response) => {
  const [, name, kind, reference] = /^\/v2\/([\w.-]+)\/(manifests|blobs)\/([\w:.-]+)$/.exec(request.url) ?? []
  try {
    if (request.url === '/v2/') return response.end('{}')
    if (name === undefined) throw new Error('no such place')
    const file = join(folder, name, reference === 'latest' ? 'index.json' : join('blobs', reference.replace(':', '/')))
    const headers = { 'content-length': statSync(file).size }
    if (kind === 'manifests') {
      const bytes = readFileSync(file)
      headers['content-type'] = typeOf(bytes)
      headers['docker-content-digest'] = reference === 'latest' ? digestOf(bytes) : reference
    }
    response.writeHead(200, headers)
    if (request.method === 'HEAD') return response.end()
    createReadStream(file).pipe(response)
  } catch {
    response.writeHead(404, { 'content-type': 'application/json' })
    response.end('{"errors":[{"code":"BLOB_UNKNOWN"}]}')
  }
}).listen(0, '127.0.0.1', function () {
  console.log(this.address().port)
})

function typeOf(bytes) {
  try {
    return JSON.parse(bytes).mediaType ?? indexType
  } catch {
    return indexType
  }
}
