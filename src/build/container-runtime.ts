import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Ports } from '../ports.ts'

/** What begins the containers of RUN, and is put in runc's place. */
export interface RuntimeWrapper {
  /** For the folder of ours on the builder, and for what the real runc is called from then on: `clock`. */
  name: string
  /** A shell script that ends with the real runc. */
  script: (real: string, folder: string) => string
  /** Brings what it needs into its folder; `docker` gives what was printed, and throws where that failed. */
  prepare: (docker: (...args: string[]) => Promise<string>, folder: string) => Promise<void>
}

const deadlineMs = 60_000

/**
 * Puts a wrapper in the place of runc, on a builder in a container; several stand before one another. BuildKit looks runc
 * up by its name each time, so it counts from the next RUN on.
 * @returns null, or why it could not be done
 */
export async function wrapRuntime(
  ports: Ports,
  container: string,
  { name, script, prepare }: RuntimeWrapper,
): Promise<string | null> {
  const signal = AbortSignal.any([ports.signal, AbortSignal.timeout(deadlineMs)])
  const docker = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await ports.exec.capture('docker', args, { signal })
    if (code !== 0) throw new Error(stderr.trim().slice(0, 300) || `docker ${args[0]} ended with exit code ${code}`)
    return stdout.trim()
  }
  // Outside of what BuildKit keeps.
  const folder = `/usr/lib/repro-gate-${name}`
  try {
    const runc = await docker('exec', container, 'sh', '-c', 'command -v buildkit-runc || command -v runc')
    if (!/^\/[\w./-]+$/.test(runc)) throw new Error('no runc was found in it')
    const real = `${runc}-before-${name}`
    const wrapper = join(ports.tempDir, `runc-${name}-${container}`)
    await writeFile(wrapper, script(real, folder), { mode: 0o755 })
    await docker('exec', container, 'mkdir', '-p', folder)
    await prepare(docker, folder)
    await docker('cp', wrapper, `${container}:${folder}/runc`)
    const steps = [
      `chmod -R a+rX ${folder}`,
      `chmod 755 ${folder}/runc`,
      `mv ${runc} ${real}`,
      `mv ${folder}/runc ${runc}`,
      `${runc} --version`,
    ]
    await docker('exec', container, 'sh', '-c', steps.join(' && '))
    return null
  } catch (error) {
    return (error as Error).message
  }
}

/** The beginning of such a script: `$starts` is set where a container begins, and its specification is `$config`. */
export const readsArguments = `#!/bin/sh
starts='' bundle='' before=''
for word in "$@"; do
  case $before in --bundle | -b) bundle=$word ;; esac
  case $word in run | create) starts=1 ;; --bundle=*) bundle=\${word#--bundle=} ;; esac
  before=$word
done
config=$bundle/config.json
`
