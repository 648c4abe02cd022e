import { bun } from './bun.ts'
import { bundler } from './bundler.ts'
import { cargo } from './cargo.ts'
import { composer } from './composer.ts'
import type { Ecosystem } from './ecosystem.ts'
import { go } from './go.ts'
import { npm } from './npm.ts'
import { nuget } from './nuget.ts'
import { pnpm } from './pnpm.ts'
import { yarn } from './yarn.ts'

/** Every way of fixing what is installed that is known here, one a line, by name. */
export const ecosystems: readonly Ecosystem[] = [bun, bundler, cargo, composer, go, npm, nuget, pnpm, yarn]
