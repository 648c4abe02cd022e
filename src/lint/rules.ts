import type { Rule } from './rule.ts'
import { addGitNotCommit } from './rules/add-git-not-commit.ts'
import { addNotChecked } from './rules/add-not-checked.ts'
import { apkUnpinned } from './rules/apk-unpinned.ts'
import { apkVirtualTimestamp } from './rules/apk-virtual-timestamp.ts'
import { aptRecommends } from './rules/apt-recommends.ts'
import { aptStateLeft } from './rules/apt-state-left.ts'
import { aptUnpinned } from './rules/apt-unpinned.ts'
import { aptUpdateAlone } from './rules/apt-update-alone.ts'
import { aptWildcardPin } from './rules/apt-wildcard-pin.ts'
import { archiveOrder } from './rules/archive-order.ts'
import { baseNotDigest } from './rules/base-not-digest.ts'
import { baseUnresolvable } from './rules/base-unresolvable.ts'
import { buildArgument } from './rules/build-argument-content.ts'
import { cacheMountLeak } from './rules/cache-mount-leak.ts'
import { cargoUnlocked } from './rules/cargo-unlocked.ts'
import { condaUnlocked } from './rules/conda-unlocked.ts'
import { contextTraps } from './rules/context-traps.ts'
import { copiedIgnored } from './rules/copied-ignored.ts'
import { createdLabel } from './rules/created-label.ts'
import { cudaFloating } from './rules/cuda-floating.ts'
import { dockerignoreMissing } from './rules/dockerignore-missing.ts'
import { downloadUnverified } from './rules/download-unverified.ts'
import { epochNotInStage } from './rules/epoch-not-in-stage.ts'
import { extraRepo } from './rules/extra-repo.ts'
import { fileModes } from './rules/file-modes.ts'
import { gitCloneNotCommit } from './rules/git-clone-not-commit.ts'
import { goUnpinned } from './rules/go-unpinned.ts'
import { indexDrift } from './rules/index-drift.ts'
import { languagePackageUnpinned } from './rules/language-package-unpinned.ts'
import { localeAndZone } from './rules/locale-and-zone.ts'
import { lockMissing } from './rules/lock-missing.ts'
import { lockNotFrozen } from './rules/lock-not-frozen.ts'
import { lockNotUsed } from './rules/lock-not-used.ts'
import { maskedFailure } from './rules/masked-failure.ts'
import { modelNoRevision } from './rules/model-no-revision.ts'
import { movingTag } from './rules/moving-tag.ts'
import { mutableAddress } from './rules/mutable-address.ts'
import { networkAfterInstall } from './rules/network-after-install.ts'
import { noFixedIds } from './rules/no-fixed-ids.ts'
import { npmInstall } from './rules/npm-install.ts'
import { osUpgrade } from './rules/os-upgrade.ts'
import { perRunValue } from './rules/per-run-value.ts'
import { pipUnhashed } from './rules/pip-unhashed.ts'
import { pipeToShell } from './rules/pipe-to-shell.ts'
import { pipeWithoutPipefail } from './rules/pipe-without-pipefail.ts'
import { platformNotFixed } from './rules/platform-not-fixed.ts'
import { pycAtImport } from './rules/pyc-at-import.ts'
import { pythonToolUnlocked } from './rules/python-tool-unlocked.ts'
import { rpmUnpinned } from './rules/rpm-unpinned.ts'
import { secretWritten } from './rules/secret-written.ts'
import { sourceImageNotDigest } from './rules/source-image-not-digest.ts'
import { stageUnused } from './rules/stage-unused.ts'
import { syntaxFloating } from './rules/syntax-floating.ts'
import { timeOrRandom } from './rules/time-or-random.ts'
import { toolchainShipped } from './rules/toolchain-shipped.ts'
import { untrackedCopied } from './rules/untracked-copied.ts'
import { vcsDependency } from './rules/vcs-dependency.ts'
import { volatileNotIgnored } from './rules/volatile-not-ignored.ts'
import { workflowBuild } from './rules/workflow-build.ts'

/** Every rule, in the order of their ids. A new one is a file in rules/, a line here, its cases and its page. */
export const rules: readonly Rule[] = [
  baseNotDigest,
  sourceImageNotDigest,
  baseUnresolvable,
  movingTag,
  syntaxFloating,
  platformNotFixed,
  cudaFloating,
  aptUnpinned,
  aptWildcardPin,
  aptUpdateAlone,
  osUpgrade,
  aptRecommends,
  aptStateLeft,
  apkUnpinned,
  apkVirtualTimestamp,
  rpmUnpinned,
  extraRepo,
  pipUnhashed,
  lockNotUsed,
  lockMissing,
  npmInstall,
  lockNotFrozen,
  pythonToolUnlocked,
  condaUnlocked,
  goUnpinned,
  cargoUnlocked,
  languagePackageUnpinned,
  vcsDependency,
  indexDrift,
  downloadUnverified,
  pipeToShell,
  mutableAddress,
  addNotChecked,
  addGitNotCommit,
  gitCloneNotCommit,
  modelNoRevision,
  epochNotInStage,
  pycAtImport,
  timeOrRandom,
  createdLabel,
  fileModes,
  localeAndZone,
  archiveOrder,
  noFixedIds,
  dockerignoreMissing,
  volatileNotIgnored,
  untrackedCopied,
  contextTraps,
  copiedIgnored,
  maskedFailure,
  pipeWithoutPipefail,
  cacheMountLeak,
  secretWritten,
  toolchainShipped,
  networkAfterInstall,
  stageUnused,
  buildArgument,
  perRunValue,
  workflowBuild,
]
