import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSync } from 'esbuild'

const root = join(import.meta.dirname, '../..')

/** Both entries, bundled from the sources as they are now, the way scripts/build.mjs does; in a folder to be removed. */
export function bundled(): { folder: string; cli: string; action: string } {
  const folder = mkdtempSync(join(tmpdir(), 'faults-bundle-'))
  buildSync({
    entryPoints: { cli: join(root, 'src/cli.ts'), action: join(root, 'src/action.ts') },
    ...{ outdir: folder, outExtension: { '.js': '.cjs' } },
    ...{ bundle: true, platform: 'node', target: 'node20', format: 'cjs', logLevel: 'error' },
    external: ['supports-color', 'xmlbuilder2'],
    define: { 'import.meta.url': 'bundleUrl', REPRO_GATE_VERSION: '"0.0.0"' },
    banner: { js: "const bundleUrl = require('node:url').pathToFileURL(__filename).href;" },
  })
  return { folder, cli: join(folder, 'cli.cjs'), action: join(folder, 'action.cjs') }
}
