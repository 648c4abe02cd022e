// What the bundle is made of, what it may be under, and whom it can talk to.
import { readFileSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'

const root = join(import.meta.dirname, '../..')
const bundles = ['action', 'cli', 'cache']
const textOf = (bundle: string): string => readFileSync(join(root, `dist/${bundle}/index.cjs`), 'utf8')

interface Locked {
  version?: string
  license?: string
  integrity?: string
  resolved?: string
  dev?: boolean
  devOptional?: boolean
  hasInstallScript?: boolean
}
const lock: Record<string, Locked> = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages
const locked = Object.entries(lock).filter(([path]) => path !== '')

/** Folders of packages in the bundle: esbuild names each file that it took. */
const bundled = [
  ...new Set(
    bundles.flatMap(
      bundle => textOf(bundle).match(/^\/\/ node_modules\/(?:.*\/node_modules\/)?(?:@[^/\n]+\/)?[^/\n]+/gm) ?? [],
    ),
  ),
]
  .map(comment => comment.slice('// '.length))
  .sort()

describe('the lock', () => {
  test('has the SHA-512 of every package, and no package from elsewhere than the registry', () => {
    expect(locked.length).toBeGreaterThan(100)
    expect(locked.filter(([, { integrity }]) => !/^sha512-[\w+/]{86}==$/.test(integrity ?? ''))).toEqual([])
    expect(
      locked.filter(([, { resolved }]) => resolved && !resolved.startsWith('https://registry.npmjs.org/')),
    ).toEqual([])
  })

  test('pins what package.json asks for exactly', () => {
    const { dependencies, devDependencies, optionalDependencies, overrides } = JSON.parse(
      readFileSync(join(root, 'package.json'), 'utf8'),
    )
    for (const [name, wanted] of Object.entries({
      ...dependencies,
      ...devDependencies,
      ...optionalDependencies,
      ...overrides,
    }))
      expect({ name, wanted, isExact: /^\d+\.\d+\.\d+$/.test(String(wanted)) }).toEqual({ name, wanted, isExact: true })
  })

  test('has scripts that run at the installation in tools alone, never in what is bundled', () => {
    const scripted = locked.filter(([, { hasInstallScript }]) => hasInstallScript)
    expect(scripted.filter(([, { dev, devOptional }]) => !dev && !devOptional).map(([path]) => path)).toEqual([])
    expect(scripted.filter(([path]) => bundled.includes(path)).map(([path]) => path)).toEqual([])
  })
})

describe('licences', () => {
  /** All let the work be handed on under Apache-2.0 terms, with their notices. */
  const allowed = ['MIT', 'ISC', 'BSD-2-Clause', 'BSD-3-Clause', 'Apache-2.0', '0BSD', 'BlueOak-1.0.0']
  const isAllowed = (license: string): boolean =>
    license
      .replace(/[()]/g, '')
      .split(/ AND /)
      .every(one => one.split(' OR ').some(choice => allowed.includes(choice)))

  test('of all that is bundled are ones that we may hand on', () => {
    expect(bundled.length).toBeGreaterThan(50)
    const named = bundled.map(path => ({ path, license: lock[path]?.license ?? 'not in the lock' }))
    expect(named.filter(({ license }) => !isAllowed(license))).toEqual([])
    expect([isAllowed('GPL-3.0-only'), isAllowed('MIT AND LGPL-2.1'), isAllowed('(MIT OR GPL-2.0)')]).toEqual([
      false,
      false,
      true,
    ])
  })

  test('stand beside the bundle: every package in it, its licence in words, the notices it asks for', async () => {
    const { licenseTexts, packageFolders } = (await import('../../scripts/licenses.mjs' as string)) as {
      licenseTexts: (folders: string[]) => Promise<string>
      packageFolders: (files: string[]) => string[]
    }
    const folders = packageFolders(bundled.map(path => `${path}/x`))
    expect(folders).toEqual(bundled)
    const whole = await licenseTexts(folders.map(folder => join(root, folder)))
    expect(readFileSync(join(root, 'dist/licenses.txt'), 'utf8')).toBe(whole)
    const parts = whole.split('\n----\n\n')
    expect(parts.map(part => part.split('\n', 1)[0])).toEqual(
      bundled.map(path => expect.stringContaining(`${path.replace(/^.*node_modules\//, '')}@${lock[path]?.version} (`)),
    )
    for (const part of parts) expect(part).toMatch(/permission|permitted|licensed under|license/i)
    expect(whole).toContain('CycloneDX JavaScript Library\nCopyright (c) OWASP Foundation')
    await expect(licenseTexts([join(root, 'docs')])).rejects.toThrow()
  })
})

describe('the bundle', () => {
  test.each(bundles)('%s holds nothing of the machine that made it', bundle => {
    const text = textOf(bundle)
    expect(text).not.toMatch(/sourceMappingURL=/)
    const { username, homedir } = userInfo()
    for (const own of [root, process.cwd(), ...(username === 'root' ? [] : [homedir, `/${username}/`])])
      expect({ own, at: text.indexOf(own) }).toEqual({ own, at: -1 })
    // Comments of esbuild name files from the root of the repository.
    expect((text.match(/^\/\/ (?:\/|[A-Z]:|\.\.\/).*/gm) ?? []).slice(0, 5)).toEqual([])
    expect(text).not.toMatch(
      /\b(?:ghp|ghs|gho|npm)_[A-Za-z0-9]{30}|-----BEGIN [A-Z ]*PRIVATE KEY-----\n[A-Za-z0-9+/]{40}/,
    )
  })

  test.each(bundles)('%s runs no text as code, and loads nothing that is not in it or in Node', bundle => {
    const code = withoutComments(textOf(bundle))
    const run = /(?<![\w.$])eval\s*\((?!\)).*|(?<![\w$])new\s+Function\s*\(.*|\brunIn\w*Context\b.*/g
    // Node's own garbage collection, which has no other door.
    const own = ['runInNewContext)("globalThis.gc");']
    expect((code.match(run) ?? []).filter(text => !own.includes(text))).toEqual([])
    const loaded = [...code.matchAll(/(?<![\w$.])(?:__)?(?:require|import)\(([^()\n]*)\)/g)]
      .map(([, what = '']) => what.trim())
      .filter(Boolean)
    expect(loaded.length).toBeGreaterThan(20)
    const isOfNode = (what: string): boolean => /^["'](?:node:)?[a-z_0-9]+(?:\/[a-z/_]+)?["']$/.test(what)
    // Taken by packages where they happen to be there; absent, all goes on without.
    const optional = ['"supports-color"', '"xmlbuilder2"', '"picomatch"']
    expect([...new Set(loaded)].filter(what => !isOfNode(what) && !optional.includes(what))).toEqual([])
    const builtIn = new Set(builtinModules)
    expect(
      [...new Set(loaded)].filter(
        what => !optional.includes(what) && !builtIn.has(what.slice(1, -1).replace(/^node:/, '')),
      ),
    ).toEqual([])
  })

  /** Hosts in strings of the code; of each what for. */
  const hosts: Record<string, string> = {
    'api.github.com': "GitHub's API, where the runner names no server",
    'uploads.github.com': "a route of octokit's, never asked",
    'github.com': 'links; the server where the runner names none',
    'index.docker.io': "Docker Hub's name in config.json, and its registry",
    'raw.githubusercontent.com': 'the schemas in what is written',
    'packagemanager.posit.co': 'advice: a mirror of CRAN by day',
    'snapshot.debian.org': 'advice: packages by day',
    'deb.debian.org': 'advice, in an example',
    'docs.docker.com': 'links',
    'docs.github.com': 'links',
    'git-lfs.github.com': 'the first line of a pointer file',
    'json.schemastore.org': 'the schema of SARIF and of the configuration',
    'json-schema.org': 'the name of a schema language',
    'slsa.dev': 'types of attestations',
    'in-toto.io': 'types of attestations',
    'mobyproject.org': 'types of attestations',
    'cyclonedx.org': 'the schema of SBOMs',
    'github.test': 'the base of relative addresses in octokit',
    'octokit.github.io': 'advice of octokit',
    'emscripten.org': 'advice of a library of the cache child',
    'learn.microsoft.com': 'the same',
    localhost: 'the base of relative addresses, and tests of one',
    '127.0.0.1': 'the same',
    'storage.azure.com': "scopes of the cache library's tokens, never asked",
    'disk.azure.com': 'the same',
    'disk.compute.azure.com': 'the same',
  }

  test.each(bundles)('%s names no host that is not known here', bundle => {
    const code = withoutComments(textOf(bundle))
    const found = [...code.matchAll(/\b(?:https?|wss?|ftp|git|ssh):\/\/([A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9])/g)].map(
      ([, host = '']) => host.toLowerCase(),
    )
    expect([...new Set(found)].filter(host => !(host in hosts)).sort()).toEqual([])
  })
})

/** Code with its strings, and without what is said about it. */
function withoutComments(code: string): string {
  return code
    .replace(/^\s*\/\*[\s\S]*?\*\/\s*$/gm, '')
    .replace(/^\s*(?:\/\/|\*).*$/gm, '')
    .replace(/\s\/\/ .*$/gm, '')
}
