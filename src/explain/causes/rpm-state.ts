import { leftover } from '../leftover.ts'

/** What is deleted for a path: all of its kind. */
const wholes: [path: RegExp, remove: string][] = [
  [/^var\/log\/dnf/, '/var/log/dnf*'],
  [/^var\/log\/hawkey/, '/var/log/hawkey.log*'],
  [/^var\/log\/yum/, '/var/log/yum*'],
  [/^var\/log\/zypp(?:\/|$)/, '/var/log/zypp'],
  [/^var\/log\/zypper/, '/var/log/zypper.log*'],
  ...['dnf', 'yum', 'libdnf5', 'zypp', 'microdnf', 'apk'].map((name): [RegExp, string] => [
    new RegExp(`^var/cache/${name}/`),
    `/var/cache/${name}/*`,
  ]),
  [/^var\/lib\/dnf\/history\.sqlite/, '/var/lib/dnf/history.sqlite*'],
  [/^usr\/lib\/sysimage\/libdnf5\//, '/usr/lib/sysimage/libdnf5/transaction_history.sqlite*'],
]

/** Histories, logs and caches of dnf, yum and zypper. */
export const rpmState = leftover({
  id: 'rpm-state',
  title: 'Logs and history of the package manager are in the layer',
  message:
    'dnf, yum, zypper and apk write the wall-clock time of every action to logs and history databases. They differ in every build.',
  paths:
    /^var\/log\/(?:dnf|yum|hawkey|zypp|zypper|apk|up2date|rhsm\/)[^/]*(?:\/.*)?$|^var\/(?:lib|cache)\/(?:dnf|yum|libdnf5?|zypp)\/.+|^usr\/lib\/sysimage\/libdnf5\/.+\.sqlite(?:-wal|-shm|-journal)?$|^var\/cache\/(?:microdnf|PackageKit|apk)\/.+/,
  remove: path => wholes.find(([pattern]) => pattern.test(path))?.[1] ?? `/${path}`,
  fix: 'Delete logs, history and caches in the same instruction (`dnf clean all` and the paths below; dnf makes a new history when it is next used), or keep logs and caches out of the layer by mounts (RUN --mount=type=cache,target=/var/cache/dnf --mount=type=tmpfs,target=/var/log). For apk: --no-cache.',
})
