import type { Cause } from '../cause.ts'
import { leftover } from '../leftover.ts'

/** What npm, yarn, pnpm and bundlers note for themselves beside the packages they installed. */
export const nodeModulesState: Cause = leftover({
  id: 'node-modules-state',
  title: "A JavaScript package manager's own notes are in the layer",
  message:
    'pnpm and yarn note in node_modules when they installed or checked what is there, and bundlers keep a cache beside the packages (node_modules/.cache). No program reads them at run time, and they differ in every build.',
  paths:
    /(?:^|\/)node_modules\/(?:\.modules\.yaml|\.pnpm-workspace-state(?:-v\d+)?\.json|\.yarn-integrity|\.yarn-state\.yml|\.package-lock\.json|\.cache\/.+|\.vite\/.+|\.vite-temp\/.+)$|(?:^|\/)\.yarn\/(?:install-state\.gz|build-state\.yml|cache\/\.gitignore)$|(?:^|\/)\.pnp\.cjs\.tmp$|(?:^|\/)(?:\.pnpm-store|pnpm\/store)\/v\d+\/(?:.+-index\.json|index\/.+|index\.db(?:-wal|-shm)?|projects\/.+)$|(?:^|\/)\.next\/cache\/.+|(?:^|\/)\.turbo\/.+|(?:^|\/)\.parcel-cache\/.+/,
  remove: path =>
    `/${path
      .replace(/((?:^|\/)(?:node_modules|\.next)\/\.?(?:cache|vite|vite-temp))\/.*$/, '$1')
      .replace(/((?:^|\/)(?:\.turbo|\.parcel-cache|\.pnpm-store|pnpm\/store))\/.*$/, '$1')}`,
  fix: 'Delete these files in the same instruction, copy only what the program needs into the last stage, or mount a cache over the cache folders.',
})
