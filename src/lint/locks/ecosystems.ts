import { bun } from './bun.ts'
import { bundler } from './bundler.ts'
import { cargo } from './cargo.ts'
import { composer } from './composer.ts'
import { conda } from './conda.ts'
import type { Ecosystem } from './ecosystem.ts'
import { go } from './go.ts'
import { npm } from './npm.ts'
import { nuget } from './nuget.ts'
import { pdm } from './pdm.ts'
import { pip } from './pip.ts'
import { pipenv } from './pipenv.ts'
import { pixi } from './pixi.ts'
import { pnpm } from './pnpm.ts'
import { poetry } from './poetry.ts'
import { uv } from './uv.ts'
import { yarn } from './yarn.ts'

/** Every way of fixing what is installed that is known here, one a line, by name. */
export const ecosystems: readonly Ecosystem[] = [
  bun,
  bundler,
  cargo,
  composer,
  conda,
  go,
  npm,
  nuget,
  pdm,
  pip,
  pipenv,
  pixi,
  pnpm,
  poetry,
  uv,
  yarn,
]
