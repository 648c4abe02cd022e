import type { Ports } from '../ports.ts'
import type { Place } from './disk.ts'

const deadline = 10_000

/**
 * Where the engine keeps its layers and its builders' volumes, if it is on this machine; none where it is elsewhere, or
 * does not answer. Never throws.
 */
export async function dataRoots(ports: Pick<Ports, 'exec' | 'signal'>): Promise<Place[]> {
  const ask = async (...args: string[]): Promise<string> => {
    const signal = AbortSignal.any([ports.signal, AbortSignal.timeout(deadline)])
    const { code, stdout } = await ports.exec.capture('docker', args, { signal })
    return code === 0 ? stdout.trim() : ''
  }
  try {
    const [host, root] = await Promise.all([
      ask('context', 'inspect', '--format', '{{.Endpoints.docker.Host}}'),
      ask('info', '--format', '{{.DockerRootDir}}'),
    ])
    // A socket here is an engine here; one in a virtual machine has no such folder.
    const path = host.startsWith('unix://') ? root : ''
    return path.startsWith('/') ? [{ what: "the engine's data", path }] : []
  } catch {
    return []
  }
}
