import { byItsValues } from './by-values.ts'
import type { Cause, Recognition, Subject } from './cause.ts'
import { apkScripts, apkVirtual } from './causes/apk-database.ts'
import { aptCache } from './causes/apt-cache.ts'
import { aptLists } from './causes/apt-lists.ts'
import { aptLog } from './causes/apt-log.ts'
import { arTime } from './causes/ar-time.ts'
import { archiveOrder } from './causes/archive-order.ts'
import { archivePacking } from './causes/archive-packing.ts'
import { berkeleyDb } from './causes/berkeley-db.ts'
import { buildArgument } from './causes/build-argument.ts'
import { buildTime } from './causes/build-time.ts'
import { changedDownload } from './causes/changed-download.ts'
import { condaHistory } from './causes/conda-history.ts'
import { containerFile } from './causes/container-file.ts'
import { cpuCount } from './causes/cpu-count.ts'
import { databaseFiles } from './causes/database-files.ts'
import { debconfOld } from './causes/debconf-old.ts'
import { digestOf } from './causes/digest-of.ts'
import { dotnetMvid } from './causes/dotnet-mvid.ts'
import { elapsedTime } from './causes/elapsed-time.ts'
import { elfBuildPath, elfDateMacro } from './causes/elf.ts'
import { elfBuildId } from './causes/elf-build-id.ts'
import { elfOrder } from './causes/elf-order.ts'
import { floatRounding } from './causes/float-rounding.ts'
import { folderEntry } from './causes/folder-entry.ts'
import { fontconfigCache } from './causes/fontconfig-cache.ts'
import { gcovStamp } from './causes/gcov-stamp.ts'
import { generatedKey } from './causes/generated-key.ts'
import { gitIndex, gitMoved } from './causes/git-index.ts'
import { goVcsStamp } from './causes/go-vcs-stamp.ts'
import { gzipTime } from './causes/gzip-time.ts'
import { hashedName } from './causes/hashed-name.ts'
import { headerAttributes, headerLink, headerMode, headerOwner, headerTime, headerType } from './causes/header.ts'
import { hostName } from './causes/host-name.ts'
import { hubRevision } from './causes/hub-revision.ts'
import { javaBuildInfo } from './causes/java-build-info.ts'
import { javaKeystore } from './causes/java-keystore.ts'
import { jdkCdsArchive } from './causes/jdk-cds-archive.ts'
import { ldconfigAuxCache } from './causes/ldconfig-aux-cache.ts'
import { lineOrder } from './causes/line-order.ts'
import { machineId } from './causes/machine-id.ts'
import { manDb } from './causes/man-db.ts'
import { nodeModulesState } from './causes/node-modules-state.ts'
import { notebookRun } from './causes/notebook-run.ts'
import { npmCache } from './causes/npm-cache.ts'
import { opaqueWhiteout } from './causes/opaque-whiteout.ts'
import { packageCache } from './causes/package-cache.ts'
import { packageRebuilt } from './causes/package-rebuilt.ts'
import { packageVersion } from './causes/package-version.ts'
import { pickleOrder } from './causes/pickle-order.ts'
import { pipMetadata } from './causes/pip-metadata.ts'
import { processLeftover } from './causes/process-leftover.ts'
import { pycContent } from './causes/pyc-content.ts'
import { pycTimestamp } from './causes/pyc-timestamp.ts'
import { rPackage } from './causes/r-package.ts'
import { randomData } from './causes/random-data.ts'
import { randomToken } from './causes/random-token.ts'
import { removedFile } from './causes/removed-file.ts'
import { renamedFile } from './causes/renamed-file.ts'
import { rpmDatabase } from './causes/rpm-database.ts'
import { rpmState } from './causes/rpm-state.ts'
import { rubyGem } from './causes/ruby-gem.ts'
import { shadowDay } from './causes/shadow-day.ts'
import { sqliteFreed } from './causes/sqlite-freed.ts'
import { sqliteTime } from './causes/sqlite-time.ts'
import { sqliteWal } from './causes/sqlite-wal.ts'
import { sshHostKey } from './causes/ssh-host-key.ts'
import { tarHeader } from './causes/tar-header.ts'
import { toolCache } from './causes/tool-cache.ts'
import { trackingRun } from './causes/tracking-run.ts'
import { twoTimes } from './causes/two-times.ts'
import { unknownDifference } from './causes/unknown-difference.ts'
import { unseededNumbers } from './causes/unseeded-numbers.ts'
import { userIds } from './causes/user-ids.ts'
import { uvCache } from './causes/uv-cache.ts'
import { wgetHsts } from './causes/wget-hsts.ts'
import { zipTime } from './causes/zip-time.ts'
import { asChanged, hashedNames } from './values/hashed-names.ts'

/** All causes of differing paths, most specific first: the first that recognises a path explains it. */
export const causes: readonly Cause[] = [
  // Files of known programs, by path.
  aptLog,
  aptLists,
  apkScripts,
  apkVirtual,
  hubRevision,
  // Before the packages: what a cache holds is not installed.
  packageCache,
  packageVersion,
  packageRebuilt,
  aptCache,
  ldconfigAuxCache,
  debconfOld,
  rpmState,
  rpmDatabase,
  shadowDay,
  userIds,
  machineId,
  sshHostKey,
  fontconfigCache,
  manDb,
  gitMoved,
  gitIndex,
  uvCache,
  condaHistory,
  npmCache,
  nodeModulesState,
  trackingRun,
  rPackage,
  rubyGem,
  javaBuildInfo,
  notebookRun,
  pipMetadata,
  wgetHsts,
  databaseFiles,
  processLeftover,
  opaqueWhiteout,
  folderEntry,
  // Two names for one thing, before contents are looked at.
  elfBuildId,
  buildArgument,
  removedFile,
  renamedFile,
  // Formats, by content.
  pycTimestamp,
  pycContent,
  zipTime,
  tarHeader,
  gzipTime,
  arTime,
  archiveOrder,
  archivePacking,
  gcovStamp,
  elfDateMacro,
  goVcsStamp,
  elfBuildPath,
  elfOrder,
  sqliteFreed,
  sqliteTime,
  sqliteWal,
  berkeleyDb,
  dotnetMvid,
  pickleOrder,
  floatRounding,
  javaKeystore,
  jdkCdsArchive,
  generatedKey,
  containerFile,
  // Any file.
  digestOf,
  hashedName,
  hostName,
  unseededNumbers,
  buildTime,
  twoTimes,
  lineOrder,
  cpuCount,
  randomToken,
  randomData,
  elapsedTime,
  changedDownload,
  toolCache,
  // Equal content.
  headerType,
  headerOwner,
  headerMode,
  headerTime,
  headerAttributes,
  headerLink,
  unknownDifference,
]

/** Ids of all findings that explain may give: of paths, of layers as wholes, of the config. Each has a page in docs/causes. */
export const causeIds: readonly string[] = [
  ...causes.map(cause => cause.id),
  ...['base-image', 'layer-count', 'layer-packing', 'more-differences', 'repackaged', 'missing-platform'],
  ...['config-label', 'config-env', 'config-created', 'config-history', 'config-field'],
]

/** The cause that explains a path: in the end that it is unknown. A cause that stumbles is passed over. */
export function recogniseCause(subject: Subject): { cause: Cause; recognition: Recognition } {
  return underTwoNames(subject) ?? byItsValues(subject, causeOf) ?? causeOf(subject)
}

/** A file that is called by the digest of its content: what its contents differ by is the cause, and the names follow. */
function underTwoNames(subject: Subject): { cause: Cause; recognition: Recognition } | null {
  const { entry, layer } = subject
  const names = entry.kind === 'only-in-a' ? hashedNames(layer.difference) : null
  const pair = names?.of(entry.path)
  const changed = pair && names?.quotedIn(pair).length === 0 ? asChanged(pair, layer.difference) : null
  if (!pair || !names || !changed) return null
  const { cause, recognition } = causeOf({ ...subject, entry: changed })
  if (cause === unknownDifference) return null
  const { digest, named } = names.proofOf(pair)
  const { evidence } = recognition
  // A name that is no known digest, and that nothing refers to, may differ by itself.
  const confidence = digest !== null || named ? recognition.confidence : 'likely'
  const what = `each side's name holds the digest of its content (${digest})`
  return {
    cause,
    recognition: {
      ...recognition,
      confidence,
      evidence: digest ? [...evidence, { what, path: entry.path }] : evidence,
    },
  }
}

function causeOf(subject: Subject): { cause: Cause; recognition: Recognition } {
  for (const cause of causes) {
    try {
      const recognition = cause.recognise(subject)
      if (recognition) return { cause, recognition }
    } catch {
      // Bytes from an image may be anything; the next cause looks at them.
    }
  }
  return {
    cause: unknownDifference,
    recognition: { confidence: 'likely', evidence: [{ what: 'differs', path: subject.entry.path }] },
  }
}
