import type { Builder } from './builder.ts'

/** How a builder runs the programs of a platform: itself, in an emulator (much slower), not at all; null: it does not tell. */
export type Runs = 'native' | 'emulated' | 'not' | null

/** CPUs that run another one's programs themselves. */
const families: Readonly<Record<string, string>> = { '386': 'amd64', arm: 'arm64' }

/** @param platform `linux/arm64`, `linux/arm/v7` */
export function runsPlatform({ driver, machines = [] }: Pick<Builder, 'driver' | 'machines'>, platform: string): Runs {
  const told = machines.filter(platforms => platforms.length > 0)
  if (told.length === 0) return null
  const able = told.filter(platforms => platforms.some(own => isSameMachine(own, platform)))
  // The image of BuildKit has emulators that are in no list of platforms; Docker's own builder has what its kernel has.
  if (able.length === 0) return driver !== 'docker' && platform.startsWith('linux/') ? 'emulated' : 'not'
  return able.some(([own = '']) => familyOf(own) === familyOf(platform)) ? 'native' : 'emulated'
}

/** Variants (v7, v8) aside. */
export const isSameMachine = (one: string, other: string): boolean => {
  const [[osOne, cpuOne], [osOther, cpuOther]] = [one.split('/'), other.split('/')]
  return osOne === osOther && cpuOne === cpuOther
}

function familyOf(platform: string): string {
  const [os = '', cpu = ''] = platform.split('/')
  return `${os}/${families[cpu] ?? cpu}`
}
