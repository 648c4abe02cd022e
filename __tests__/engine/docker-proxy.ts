import { mkdtempSync, rmSync } from 'node:fs'
import { connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface DockerProxy {
  /** For DOCKER_HOST. */
  host: string
  /** The engine dies: every connection ends at once, and no new one is taken. */
  cut(): void
  /** The engine hangs: connections stay, and nothing comes any more. */
  freeze(): void
  close(): void
}

/** A way to the engine that a test can break, because the engine itself is everybody's. */
export async function startDockerProxy(engine = process.env.DOCKER_HOST ?? ''): Promise<DockerProxy> {
  const folder = mkdtempSync(join(tmpdir(), 'docker-proxy-'))
  const path = join(folder, 'docker.sock')
  const sockets = new Set<Socket>()
  let frozen = false
  const server = createServer(here => {
    sockets.add(here)
    here.on('error', () => {}).on('close', () => sockets.delete(here))
    if (frozen) return
    const there = connect(engine.replace(/^unix:\/\//, '') || '/var/run/docker.sock')
    sockets.add(there)
    there.on('error', () => here.destroy()).on('close', () => sockets.delete(there))
    here.pipe(there)
    there.pipe(here)
  })
  await new Promise<void>(done => void server.listen(path, done))
  const cut = () => {
    server.close()
    for (const socket of sockets) socket.destroy()
  }
  return {
    host: `unix://${path}`,
    cut,
    freeze() {
      frozen = true
      for (const socket of sockets) socket.unpipe().pause()
    },
    close() {
      cut()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
