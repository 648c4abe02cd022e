import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BuildOptions, build, type Plugin } from 'esbuild'

const root = join(import.meta.dirname, '../..')

/** Deadlines of the sources, and what they are here: a matrix of faults has no minutes for each of those that hang. */
const shorter: Record<string, [string, string][]> = {
  'src/image-stores/transport.ts': [
    ['headers: 60_000', 'headers: 5_000'],
    ['small: 60_000', 'small: 5_000'],
    ['stall: 30_000', 'stall: 1_000'],
    ['backoff: 500', 'backoff: 20'],
    ['retryAfter: 30_000', 'retryAfter: 1_500'],
  ],
  'src/github/client.ts': [
    ['requestDeadline = 15_000', 'requestDeadline = 2_500'],
    ['second = 1000', 'second = 5'],
    ['deadline = 90_000', 'deadline = 9_000'],
    ['const lastWords = 3000', 'const lastWords = 500'],
  ],
}

/** @throws where a deadline is not written as it was */
const hasty: Plugin = {
  name: 'shorter deadlines',
  setup(building) {
    building.onLoad({ filter: /src\/(?:image-stores\/transport|github\/client)\.ts$/ }, ({ path }) => {
      let contents = readFileSync(path, 'utf8')
      for (const [from, to] of shorter[path.slice(root.length + 1)] ?? []) {
        if (contents.split(from).length !== 2) throw new Error(`${path} has '${from}' not once`)
        contents = contents.replace(from, to)
      }
      return { contents, loader: 'ts' }
    })
  },
}

const packed = {
  ...{ outExtension: { '.js': '.cjs' }, plugins: [hasty], logLevel: 'error' as const },
  ...{
    bundle: true,
    platform: 'node' as const,
    target: 'node20',
    format: 'cjs' as const,
    external: ['supports-color', 'xmlbuilder2'],
  },
  define: { 'import.meta.url': 'bundleUrl', REPRO_GATE_VERSION: '"0.0.0"' },
  banner: { js: "const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
} satisfies BuildOptions

/** A program of the tests itself, with the sources in it, as hasty as the bundles. */
export async function hastyProgram(source: string, outfile: string): Promise<void> {
  const { outExtension: _, ...others } = packed
  await build({ ...others, entryPoints: [join(import.meta.dirname, source)], outfile })
}

/** The bundles as scripts/build.mjs makes them, but for their patience, in a folder that a runner takes for an action. */
export async function hastyBundles(): Promise<{ folder: string; cli: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'hasty-'))
  mkdirSync(join(folder, 'dist'), { recursive: true })
  copyFileSync(join(root, 'action.yml'), join(folder, 'action.yml'))
  symlinkSync(join(root, 'docs'), join(folder, 'docs'))
  await build({
    entryPoints: {
      'action/index': join(root, 'src/action.ts'),
      'cache/index': join(root, 'src/ledger/cache-child.ts'),
      'cli/index': join(root, 'src/cli.ts'),
    },
    ...packed,
    outdir: join(folder, 'dist'),
  })
  return { folder, cli: join(folder, 'dist/cli/index.cjs') }
}
