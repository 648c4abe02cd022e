import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Ports } from '../ports.ts'
import { type LibraryNeeds, runtimeWrapper } from './runtime-wrapper.ts'

/** libfaketime as it is on this machine. */
export interface ClockLibrary {
  file: string
  needs: LibraryNeeds
}

/** On the builder: outside of what BuildKit keeps. */
const folder = '/usr/lib/repro-gate-clock'
const deadlineMs = 60_000
const install = 'Debian, Ubuntu: sudo apt-get install faketime'

/** Loaders by the machine number of ELF. */
const loaders: Readonly<Record<number, string>> = { 62: 'ld-linux-x86-64.so.2', 183: 'ld-linux-aarch64.so.1' }

/**
 * libfaketime of this machine; or why there is none, in words.
 * @param env REPRO_GATE_LIBFAKETIME: where it is, if it is not where Debian, Ubuntu and Fedora have it
 * @param libraries where these have libraries
 */
export async function findClockLibrary(
  { REPRO_GATE_LIBFAKETIME: given }: Ports['env'],
  libraries = '/usr/lib',
): Promise<ClockLibrary | string> {
  const folders = await readdir(libraries).catch(() => [])
  const places = [
    ...folders.filter(name => name.endsWith('-linux-gnu')).map(name => join(libraries, name)),
    '/usr/lib64',
  ]
  const files = given ? [given] : [...places, libraries].map(place => join(place, 'faketime', 'libfaketime.so.1'))
  for (const file of files) {
    const bytes = await readFile(file).catch(() => null)
    if (bytes === null) continue
    const needs = needsOf(bytes)
    return needs === null ? `${file} is no library for a kind of machine that is known here.` : { file, needs }
  }
  return given
    ? `REPRO_GATE_LIBFAKETIME names ${given}, which cannot be read.`
    : `libfaketime is not on this machine. Install faketime (${install}).`
}

/** What a shared library asks for; null for what is none, or for a machine that is not known. */
export function needsOf(library: Buffer): LibraryNeeds | null {
  if (library.length < 20 || library.readUInt32BE(0) !== 0x7f454c46) return null
  const loader = loaders[library.readUInt16LE(18)]
  const versions = [...library.toString('latin1').matchAll(/GLIBC_2\.(\d{1,4})(?![\d])/g)].map(match =>
    Number(match[1]),
  )
  return loader === undefined || versions.length === 0 ? null : { loader, glibc: `GLIBC_2.${Math.max(...versions)}` }
}

/**
 * Has every RUN of a builder in a container see a clock that is ahead. BuildKit looks runc up by its name each time, so
 * what is put in its place counts from the next RUN on.
 * @returns null, or why it could not be done
 */
export async function shiftClock(
  ports: Ports,
  container: string,
  { file, needs }: ClockLibrary,
  seconds: number,
): Promise<string | null> {
  const signal = AbortSignal.any([ports.signal, AbortSignal.timeout(deadlineMs)])
  const docker = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await ports.exec.capture('docker', args, { signal })
    if (code !== 0) throw new Error(stderr.trim().slice(0, 300) || `docker ${args[0]} ended with exit code ${code}`)
    return stdout.trim()
  }
  try {
    const runc = await docker('exec', container, 'sh', '-c', 'command -v buildkit-runc || command -v runc')
    if (!/^\/[\w./-]+$/.test(runc)) throw new Error('no runc was found in it')
    const real = `${runc}-of-buildkit`
    const wrapper = join(ports.tempDir, `runc-${container}`)
    await writeFile(wrapper, runtimeWrapper(real, `${folder}/library`, needs, seconds), { mode: 0o755 })
    await docker('exec', container, 'mkdir', '-p', `${folder}/library`)
    await docker('cp', '-L', file, `${container}:${folder}/library/libfaketime.so.1`)
    await docker('cp', wrapper, `${container}:${folder}/runc`)
    const steps = [
      `chmod 755 ${folder} ${folder}/library ${folder}/library/* ${folder}/runc`,
      `mv ${runc} ${real}`,
      `mv ${folder}/runc ${runc}`,
      `${runc} --version`,
    ]
    await docker('exec', container, 'sh', '-c', steps.join(' && '))
    return null
  } catch (error) {
    return `the clock of its builder could not be set ahead: ${(error as Error).message}`
  }
}
