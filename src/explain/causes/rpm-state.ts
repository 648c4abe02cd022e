import { leftover } from '../leftover.ts'

/** Histories and logs of dnf, yum, rpm, zypper and apk. */
export const rpmState = leftover({
  id: 'rpm-state',
  title: 'Logs and history of the package manager are in the layer',
  message:
    'dnf, yum, zypper and apk write the wall-clock time of every action to logs and history databases. They differ in every build.',
  paths:
    /^var\/log\/(?:dnf|yum|hawkey|zypp|zypper|apk|up2date|rhsm\/.*)[^/]*|^var\/(?:lib|cache)\/(?:dnf|yum|libdnf5?|zypp|apk)\/.+|^usr\/lib\/sysimage\/libdnf5\/.+|^var\/cache\/(?:libdnf5|microdnf)\/.+|^lib\/apk\/db\/scripts\.tar$/,
  fix: 'Delete logs and caches in the same instruction (`dnf clean all && rm -rf /var/log/dnf* /var/log/hawkey.log /var/cache/dnf`); for apk use --no-cache and a new apk-tools with SOURCE_DATE_EPOCH in the environment.',
})
