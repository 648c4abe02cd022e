import type { Target } from './target.ts'
import { target as archives } from './targets/archives.ts'
import { target as bake } from './targets/bake.ts'
import { target as blob } from './targets/blob.ts'
import { target as cause } from './targets/cause.ts'
import { target as commandLine } from './targets/command-line.ts'
import { target as compose } from './targets/compose.ts'
import { target as config } from './targets/config.ts'
import { target as dockerfile } from './targets/dockerfile.ts'
import { target as dockerignore } from './targets/dockerignore.ts'
import { target as event } from './targets/event.ts'
import { target as imageArchive } from './targets/image-archive.ts'
import { target as imageJson } from './targets/image-json.ts'
import { target as json } from './targets/json.ts'
import { target as lint } from './targets/lint.ts'
import { target as lockFiles } from './targets/lock-files.ts'
import { target as metadata } from './targets/metadata.ts'
import { target as packageDatabases } from './targets/package-databases.ts'
import { target as programData } from './targets/program-data.ts'
import { target as progress } from './targets/progress.ts'
import { target as project } from './targets/project.ts'
import { target as provenance } from './targets/provenance.ts'
import { target as record } from './targets/record.ts'
import { target as reference } from './targets/reference.ts'
import { target as report } from './targets/report.ts'
import { target as requirements } from './targets/requirements.ts'
import { target as rpm } from './targets/rpm.ts'
import { target as secrets } from './targets/secrets.ts'
import { target as shell } from './targets/shell.ts'
import { target as tar } from './targets/tar.ts'
import { target as workflow } from './targets/workflow.ts'
import { target as zstd } from './targets/zstd.ts'

/** All that is fuzzed, one a line. */
export const targets: readonly Target[] = [
  archives,
  bake,
  blob,
  cause,
  commandLine,
  compose,
  config,
  dockerfile,
  dockerignore,
  event,
  imageArchive,
  imageJson,
  json,
  lint,
  lockFiles,
  metadata,
  packageDatabases,
  programData,
  progress,
  project,
  provenance,
  record,
  reference,
  report,
  requirements,
  rpm,
  secrets,
  shell,
  tar,
  workflow,
  zstd,
]
