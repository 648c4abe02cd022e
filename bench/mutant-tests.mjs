// The unit tests as mutants.mjs runs them: in a copy of the checkout, bundled, without the second that jest needs to begin.
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { build } from 'esbuild'

/** A copy of what git knows and of what it does not ignore: what others write meanwhile changes no result. */
export function copied(root, into) {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    maxBuffer: 1e8,
  })
  for (const file of listed
    .toString()
    .split('\0')
    .filter(file => file !== '')) {
    mkdirSync(dirname(join(into, file)), { recursive: true })
    try {
      cpSync(join(root, file), join(into, file), { verbatimSymlinks: true })
    } catch (error) {
      if (error.code !== 'ENOENT') throw error
    }
  }
  // For the copy and for the bundles beside it.
  symlinkSync(join(root, 'node_modules'), join(into, '..', 'node_modules'))
}

/** For each file of `tests`, by how many imports each file of the sources is away from it. */
export async function importsOf(root, tests) {
  const { metafile } = await build({
    ...{
      entryPoints: tests,
      absWorkingDir: root,
      outdir: 'unwritten',
      write: false,
      metafile: true,
      logLevel: 'silent',
    },
    ...{ bundle: true, platform: 'node', format: 'esm', packages: 'external', loader: { '.node': 'empty' } },
  })
  const edges = new Map(
    Object.entries(metafile.inputs).map(([file, { imports }]) => [
      resolve(root, file),
      imports.filter(({ external }) => !external).map(({ path }) => resolve(root, path)),
    ]),
  )
  return new Map(tests.map(test => [test, distances(test, edges)]))
}

function distances(from, edges) {
  const known = new Map([[from, 0]])
  for (const [file, distance] of known)
    for (const next of edges.get(file) ?? []) if (!known.has(next)) known.set(next, distance + 1)
  return known
}

// What tests ask of jest: its own `expect` and mocks, and this.
const shim = `
  import { jestExpect } from '@jest/expect'
  import { ModuleMocker } from 'jest-mock'
  import { format } from 'node:util'
  export const reached = new Set()
  export const expect = Object.assign((...of) => jestExpect(...of), jestExpect, {
    at: place => { reached.add(place); return jestExpect },
  })
  const mocker = new ModuleMocker(globalThis)
  export const jest = { fn: mocker.fn.bind(mocker), spyOn: mocker.spyOn.bind(mocker), setTimeout() {}, retryTimes() {},
    restoreAllMocks: () => mocker.restoreAllMocks(), clearAllMocks: () => mocker.clearAllMocks() }
  const group = outer => ({ outer, before: [], each: [], afterEach: [], after: [], parts: [] })
  let here = group(null)
  const titled = (title, row, at) => format(String(title).replaceAll('%#', at), ...row)
  const rows = (run, table) => (title, body, time) => [...table].forEach((row, at) => {
    const values = Array.isArray(row) ? row : [row]
    run(titled(title, values, at), () => body(...values), time)
  })
  const withEach = run => Object.assign(run, { each: table => rows(run, table), skip: withSkip(), only: run, todo() {} })
  const withSkip = () => Object.assign(() => {}, { each: () => () => {} })
  export const test = withEach((title, body) => here.parts.push({ title, body }))
  export const it = test
  export const describe = withEach((_, body) => {
    const inner = group(here)
    here.parts.push({ inner })
    here = inner
    body()
    here = inner.outer
  })
  export const beforeAll = body => here.before.push(body)
  export const beforeEach = body => here.each.push(body)
  export const afterEach = body => here.afterEach.push(body)
  export const afterAll = body => here.after.push(body)
  const all = async bodies => { for (const body of bodies) await body() }
  const chain = at => (at === null ? [] : [...chain(at.outer), at])
  async function runGroup(at, idle) {
    await all(at.before)
    try {
      for (const part of at.parts) {
        if (part.inner) { await runGroup(part.inner, idle); continue }
        const over = chain(at)
        jestExpect.setState({ assertionCalls: 0 })
        await all(over.flatMap(({ each }) => each))
        try { await part.body() } catch (error) { throw new Error(part.title + ': ' + error?.message) }
        finally { await all(over.toReversed().flatMap(({ afterEach }) => afterEach)) }
        if (jestExpect.getState().assertionCalls === 0) idle.push(part.title)
        mocker.clearAllMocks()
      }
    } finally { await all(at.after) }
  }
  /** Rejects with the first failure; else the tests that asked nothing of expect, and which of its places were reached. */
  export async function runAll() {
    const idle = []
    while (here.outer) here = here.outer
    await runGroup(here, idle)
    return { idle, reached: [...reached] }
  }`

const call = /(?<![\w.'"`])expect\(/g

/** Where a test calls `expect`, by file and line. */
export const placesOf = test =>
  readFileSync(test, 'utf8')
    .split('\n')
    .flatMap((line, at) => (line.match(call) ? [`${test}:${at + 1}`] : []))

/** Of a test, each call of `expect` with its line. */
const withPlaces = (path, text) =>
  path.includes('/__tests__/')
    ? text
        .split('\n')
        .map((line, at) => line.replaceAll(call, `expect.at(${JSON.stringify(`${path}:${at + 1}`)})(`))
        .join('\n')
    : text

/**
 * Bundles each test by itself, with one file's text replaced.
 * @returns the bundles, in the order of the tests; null for one that cannot be made
 */
export async function bundled(root, tests, outdir, file, text) {
  const plugin = {
    name: 'mutant',
    setup(on) {
      on.onResolve({ filter: /^@jest\/globals$/ }, () => ({ path: 'shim', namespace: 'shim' }))
      on.onResolve({ filter: /.*/, namespace: 'shim' }, ({ path }) => ({ path, external: true }))
      on.onLoad({ filter: /.*/, namespace: 'shim' }, () => ({ contents: shim }))
      on.onResolve({ filter: /^entry:/ }, ({ path }) => ({ path: path.slice(6), namespace: 'entry' }))
      on.onLoad({ filter: /.*/, namespace: 'entry' }, ({ path }) => ({
        contents: `import { runAll } from '@jest/globals'\nimport ${JSON.stringify(path)}\nexport { runAll }`,
        resolveDir: root,
      }))
      on.onLoad({ filter: /\.(ts|mjs)$/ }, ({ path }) => ({
        contents: (path === file ? text : withPlaces(path, readFileSync(path, 'utf8')))
          .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)))
          .replaceAll('import.meta.url', JSON.stringify(`file://${path}`)),
        loader: 'ts',
      }))
    },
  }
  await build({
    ...{ entryPoints: tests.map((test, at) => ({ in: `entry:${test}`, out: String(at) })), outdir, plugins: [plugin] },
    ...{ bundle: true, platform: 'node', format: 'esm', packages: 'external', target: 'node20', logLevel: 'silent' },
    ...{ outExtension: { '.js': '.mjs' }, loader: { '.node': 'empty' } },
  })
  return tests.map((_, at) => join(outdir, `${at}.mjs`))
}
