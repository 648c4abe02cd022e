import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Ports } from '../ports.ts'
import { wrapRuntime } from './container-runtime.ts'
import { type LibraryNeeds, runtimeWrapper } from './runtime-wrapper.ts'

/** libfaketime as it is on this machine. */
export interface ClockLibrary {
  file: string
  needs: LibraryNeeds
}

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
 * Has every RUN of a builder in a container see a clock that is ahead.
 * @returns null, or why it could not be done
 */
export async function shiftClock(
  ports: Ports,
  container: string,
  { file, needs }: ClockLibrary,
  seconds: number,
): Promise<string | null> {
  const why = await wrapRuntime(ports, container, {
    name: 'clock',
    script: (real, folder) => runtimeWrapper(real, `${folder}/library`, needs, seconds),
    prepare: async (docker, folder) => {
      await docker('exec', container, 'mkdir', '-p', `${folder}/library`)
      await docker('cp', '-L', file, `${container}:${folder}/library/libfaketime.so.1`)
      await docker('exec', container, 'chmod', '755', `${folder}/library/libfaketime.so.1`)
    },
  })
  return why === null ? null : `the clock of its builder could not be set ahead: ${why}`
}
