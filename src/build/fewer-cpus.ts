import type { Ports } from '../ports.ts'
import { readsArguments, wrapRuntime } from './container-runtime.ts'

/** What programs count CPUs by that do not ask the scheduler: `getconf`, Python's os.cpu_count, `grep -c processor`. */
const counted = {
  cpuinfo: '/proc/cpuinfo',
  online: '/sys/devices/system/cpu/online',
  present: '/sys/devices/system/cpu/present',
  possible: '/sys/devices/system/cpu/possible',
}

/**
 * A shell script that stands in for runc: it lays files that tell of fewer CPUs over those of the kernel. Where the
 * specification is not one that is known, it changes nothing.
 */
export const fewerCpusWrapper = (real: string, folder: string): string => {
  const mounts = Object.entries(counted).map(
    ([name, place]) =>
      `,{"destination":"${place}","type":"bind","source":"${folder}/${name}","options":["bind","ro","nosuid","nodev","noexec"]}`,
  )
  return `${readsArguments}
if [ -n "$starts" ] && [ -f "$config" ]; then
  sed -e 's|{"destination":"/sys","type":"sysfs"[^}]*}|&${mounts.join('')}|' "$config" >"$config.rg" && cat "$config.rg" >"$config"
  rm -f "$config.rg"
fi
exec ${real} "$@"
`
}

/**
 * Has every RUN of a builder in a container see so many CPUs, in whatever way it counts them. The builder may use no more
 * already, but the kernel's own files still tell of all.
 * @returns null, or why it could not be done
 */
export const showFewerCpus = (ports: Ports, container: string, cpus: number): Promise<string | null> =>
  wrapRuntime(ports, container, {
    name: 'cpus',
    script: fewerCpusWrapper,
    prepare: async (docker, folder) => {
      const list = cpus === 1 ? '0' : `0-${cpus - 1}`
      const steps = [
        // A paragraph for each.
        `awk -v n=${cpus} 'BEGIN { RS = "" } NR <= n { print $0 "\\n" }' /proc/cpuinfo > ${folder}/cpuinfo`,
        ...['online', 'present', 'possible'].map(name => `echo ${list} > ${folder}/${name}`),
        ...Object.values(counted).map(place => `test -e ${place}`),
      ]
      await docker('exec', container, 'sh', '-c', steps.join(' && '))
    },
  })
