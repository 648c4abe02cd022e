// The programs of the fuzzer: its engine, and the targets with all that they test, each as one file.
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { withCounters } from './counters.mjs'

export const root = fileURLToPath(new URL('../..', import.meta.url))

/** What a worker runs. @returns its path */
export const engineProgram = folder => bundled("import './engine/work.ts'", join(folder, 'engine.cjs'))

/** All targets of a list, as they are. @returns its path */
export const plainProgram = (folder, list) =>
  bundled(`export { targets } from './${list}.ts'`, join(folder, 'plain.cjs'))

/** The targets, and what makes inputs of theirs. */
export async function makerOf(folder) {
  const parts = ['target', 'targets', 'engine/mutate', 'engine/random', 'layout', 'parts', '../image/crafted']
  const program = await bundled(parts.map(part => `export * from './${part}.ts'\n`).join(''), join(folder, 'maker.cjs'))
  return createRequire(import.meta.url)(program)
}

/** The command line, with its pages where it looks for them. @returns its path */
export async function commandProgram(folder) {
  symlinkSync(join(root, 'docs'), join(folder, 'docs'))
  return await bundled("import '../../src/cli.ts'", join(folder, 'dist/cli/index.cjs'))
}

/** One target of a list, with counters. @returns its path and how many places it has */
export async function countingProgram(folder, list, name) {
  const text = `import { target } from './${list}/${name}.ts'\nexport const targets = [target]`
  const program = await bundled(text, join(folder, `${name}.cjs`))
  const { code, places } = withCounters(readFileSync(program, 'utf8'))
  writeFileSync(program, code)
  return { program, places }
}

/** The targets themselves, to be read and not to be run. */
export const targetsOf = plain => createRequire(import.meta.url)(plain).targets

async function bundled(contents, outfile) {
  await build({
    stdin: { contents, resolveDir: join(root, '__tests__/fuzz'), loader: 'ts' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['supports-color', 'xmlbuilder2'],
    define: { 'import.meta.url': 'bundleUrl' },
    banner: { js: "const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
    logLevel: 'error',
    outfile,
  })
  return outfile
}
