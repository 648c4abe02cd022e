import { readsArguments } from './container-runtime.ts'

/** What a library asks of the images whose programs are to load it. */
export interface LibraryNeeds {
  /** File name of the dynamic loader of its architecture: `ld-linux-x86-64.so.2`. */
  loader: string
  /** The newest version of glibc that it names: `GLIBC_2.34`. */
  glibc: string
}

/** A file below /dev, which is a file system of its own in every RUN: elsewhere the mount point would come into the layer. */
export const libraryInBuild = '/dev/.rg/libfaketime.so.1'

/** Begins the line in the log of a step whose programs saw the machine's own clock, and ends before the reason. */
export const notShifted = 'repro-gate: here the clock is not varied: '

/** File times stay the kernel's, and so do clocks that only measure; nothing is shared through files. */
const settings = (seconds: number): string[] => [
  `LD_PRELOAD=${libraryInBuild}`,
  `FAKETIME=+${seconds}s`,
  ...['NO_FAKE_STAT=1', 'DONT_FAKE_MONOTONIC=1', 'FAKETIME_DONT_FAKE_MONOTONIC=1', 'FAKETIME_DISABLE_SHM=1'],
]

/**
 * A shell script that stands in for runc: it has every container begin with the library loaded, where the image can
 * load it. Where it cannot, programs would end at once, so it says why instead and changes nothing.
 * @param real path of the real runc
 * @param folder where the library lies, on the builder
 */
export const runtimeWrapper = (
  real: string,
  folder: string,
  needs: LibraryNeeds,
  seconds: number,
): string => `${readsArguments}
has_glibc() {
  for folder in lib64 usr/lib64 lib/*-linux-gnu usr/lib/*-linux-gnu lib usr/lib; do
    for file in "$1"/$folder/libc.so.6; do
      [ -f "$file" ] && grep -q '${needs.glibc.replace('.', '\\.')}' "$file" && return 0
    done
  done
  return 1
}

has_file() {
  for file in "$@"; do [ -e "$file" ] || [ -h "$file" ] && return 0; done
  return 1
}

edit() {
  root=$(sed -n 's/.*"root":{"path":"\\([^"]*\\)".*/\\1/p' "$config")
  case $root in /*) ;; *) root=$bundle/$root ;; esac
  if has_file "$root"/lib/ld-musl-* || ! has_file "$root"/lib64/${needs.loader} "$root"/lib/${needs.loader} "$root"/usr/lib*/${needs.loader}; then
    echo 'its programs are not made for glibc on this machine'
  elif ! has_glibc "$root"; then
    echo 'its glibc is older than ${needs.glibc.replace('GLIBC_', '')}'
  elif grep -q '"LD_PRELOAD=' "$config"; then
    echo 'it sets LD_PRELOAD itself'
  else
    sed -e 's|"env":\\["|"env":[${settings(seconds)
      .map(setting => `"${setting}",`)
      .join(
        '',
      )}"|' -e 's|{"destination":"/dev","type":"tmpfs"[^}]*}|&,{"destination":"${libraryInBuild.replace(/\/[^/]*$/, '')}","type":"bind","source":"${folder}","options":["bind","ro","nosuid","nodev"]}|' "$config" >"$config.rg"
    if grep -q '"FAKETIME=' "$config.rg" && grep -q '"source":"${folder}"' "$config.rg"; then
      cat "$config.rg" >"$config"
    else
      echo 'the runtime is called in a way that is not known'
    fi
    rm -f "$config.rg"
  fi
}

if [ -n "$starts" ] && [ -f "$config" ]; then
  why=$(edit 2>&1)
  [ -z "$why" ] || echo "${notShifted}$why" >&2
fi
exec ${real} "$@"
`
