// How much the unit tests notice: small faults are put into a file one at a time, and those that no test sees are listed.
//   node bench/mutants.mjs src/verdict.ts src/build/audit.ts [--lines 40-90] [--seconds 30] [--longest 2]
// A fault ("mutant"): a condition true or false, && for ||, === for !==, < for <=, a boolean, some for every, a filter left
// out, a statement or an element of a list left out, a function that ends at once with nothing found. Only unit tests that import
// the file take part, or, where none does, those of its room that reach it; an engine is never asked. Prints a line for each survivor
// (whether it matters, a reader decides) and the count; --seconds bounds the tests of one mutant;
// test files that take longer than --longest (seconds) without any fault are left out, and told.
import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'
import { mutantsOf } from './mutations.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    lines: { type: 'string', default: '1-' },
    seconds: { type: 'string', default: '30' },
    longest: { type: 'string', default: '2' },
  },
})
// Beside node_modules, so that what is not bundled is found.
const folder = mkdtempSync(join(root, '.mutants-'))
process.on('SIGINT', () => process.exit(130)).on('exit', () => rmSync(folder, { recursive: true, force: true }))

// What tests ask of jest, without the second that jest needs to begin: its own `expect` and mocks, and this.
const shim = `
  import { jestExpect } from '@jest/expect'
  import { ModuleMocker } from 'jest-mock'
  import { format } from 'node:util'
  export const expect = jestExpect
  const mocker = new ModuleMocker(globalThis)
  export const jest = { fn: mocker.fn.bind(mocker), spyOn: mocker.spyOn.bind(mocker), setTimeout() {},
    restoreAllMocks: () => mocker.restoreAllMocks(), clearAllMocks: () => mocker.clearAllMocks() }
  const group = outer => ({ outer, before: [], each: [], afterEach: [], after: [], parts: [] })
  let here = group(null)
  const titled = (title, row, at) => format(String(title).replaceAll('%#', at), ...row)
  const rows = (run, table) => (title, body, time) => [...table].forEach((row, at) => {
    const values = Array.isArray(row) ? row : [row]
    run(titled(title, values, at), () => body(...values), time)
  })
  const withEach = run => Object.assign(run, { each: table => rows(run, table), skip: withSkip(), only: run })
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
  async function runGroup(at) {
    await all(at.before)
    try {
      for (const part of at.parts) {
        if (part.inner) { await runGroup(part.inner); continue }
        const over = chain(at)
        await all(over.flatMap(({ each }) => each))
        try { await part.body() } catch (error) { throw new Error(part.title + ': ' + error?.message) }
        finally { await all(over.toReversed().flatMap(({ afterEach }) => afterEach)) }
        mocker.clearAllMocks()
      }
    } finally { await all(at.after) }
  }
  export async function runFile(load) {
    here = group(null)
    await load()
    await runGroup(here)
  }`

/** Bundles the tests with one file's text replaced; each test file's own folder stays what it was. */
async function bundled(tests, file, text, name) {
  const entry = `import { runFile } from '@jest/globals'
    const files = [${tests.map(test => `[${JSON.stringify(test)}, () => import(${JSON.stringify(test)})]`).join(',')}]
    for (const [name, load] of files) {
      const start = Date.now()
      try { await runFile(load) } catch (error) {
        process.stdout.write('\\nFAILED ' + name + ' ' + String(error?.message).slice(0, 300) + '\\n')
        if (process.env.ALL_TESTS !== '1') process.exit(1)
      }
      if (process.env.ALL_TESTS === '1') process.stdout.write('\\nTOOK ' + name + ' ' + (Date.now() - start) + '\\n')
    }
    process.exit(0)`
  const plugin = {
    name: 'mutant',
    setup(on) {
      on.onResolve({ filter: /^@jest\/globals$/ }, () => ({ path: 'shim', namespace: 'shim' }))
      on.onResolve({ filter: /.*/, namespace: 'shim' }, ({ path }) => ({ path, external: true }))
      on.onLoad({ filter: /.*/, namespace: 'shim' }, () => ({ contents: shim }))
      on.onLoad({ filter: /\.(ts|mjs)$/ }, ({ path }) => ({
        contents: (path === file ? text : readFileSync(path, 'utf8'))
          .replaceAll('import.meta.dirname', JSON.stringify(dirname(path)))
          .replaceAll('import.meta.url', JSON.stringify(`file://${path}`)),
        loader: 'ts',
      }))
    },
  }
  const outfile = join(folder, `${name}.mjs`)
  const { metafile } = await build({
    ...{ stdin: { contents: entry, resolveDir: root }, outfile, plugins: [plugin], metafile: true, logLevel: 'silent' },
    ...{ bundle: true, platform: 'node', format: 'esm', packages: 'external', target: 'node20' },
  })
  return { outfile, inputs: Object.keys(metafile.inputs).map(input => resolve(input)) }
}

/** Runs a bundle; whether all tests passed, and what was said. Too long counts as failed: a loop is noticed, too. */
const run = (outfile, seconds, env = {}) =>
  new Promise(done => {
    const child = spawn(process.execPath, ['--expose-gc', outfile], {
      ...{ cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], timeout: seconds * 1000 },
      killSignal: 'SIGKILL',
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', data => (said = (said + data).slice(-1e6)))
    child.on('close', code => done({ passed: code === 0, said }))
  })

/** The unit tests that speak of a file: those that import it, or else those of its room that reach it. */
async function testsOf(file) {
  const room = basename(dirname(file)) === 'src' ? '' : file.split('/src/')[1].split('/')[0]
  const tests = readdirSync(join(root, '__tests__'), { recursive: true, encoding: 'utf8' })
    .filter(test => test.endsWith('.test.ts') && !test.endsWith('.engine.test.ts'))
    .map(test => join(root, '__tests__', test))
  const direct = tests.filter(test => readFileSync(test, 'utf8').includes(`/${basename(file)}'`))
  const near = tests.filter(test => room !== '' && test.startsWith(join(root, '__tests__', room)))
  // Where some import the file itself, it is for them to notice.
  const speak = async tests => {
    const reaching = []
    for (const test of tests)
      if ((await bundled([test], '', '', 'reach').catch(() => ({ inputs: [] }))).inputs.includes(file))
        reaching.push(test)
    return reaching
  }
  const own = await speak(direct)
  return own.length > 0 ? own : speak(near)
}

/** The quickest test alone notices most of it. */
async function isNoticed([quickest, ...others], file, text) {
  for (const some of [[quickest], others].filter(some => some[0] !== undefined)) {
    const made = await bundled(some, file, text, 'mutant').catch(() => null)
    if (made === null || !(await run(made.outfile, Number(options.seconds))).passed) return true
  }
  return false
}

for (const name of positionals) {
  const file = resolve(name)
  const text = readFileSync(file, 'utf8')
  const [first, last] = options.lines.split('-').map(Number)
  const wanted = mutantsOf(text).filter(({ line }) => line >= first && line <= (last || Number.POSITIVE_INFINITY))
  const all = await testsOf(file)
  // What fails or takes long without any fault says nothing of one.
  const whole = await run((await bundled(all, file, text, 'whole')).outfile, 240, { ALL_TESTS: '1' })
  const took = test => Number(whole.said.match(`TOOK ${test} (\\d+)`)?.[1] ?? Number.NaN)
  const tests = all
    .filter(test => took(test) < Number(options.longest) * 1000 && !whole.said.includes(`FAILED ${test} `))
    .sort((one, other) => took(one) - took(other))
  const left = all.filter(test => !tests.includes(test)).map(test => basename(test))
  console.log(
    `${name}: ${wanted.length} mutants, ${tests.length} test files${left.length > 0 ? `; left out ${left}` : ''}`,
  )
  if (tests.length === 0) continue
  let killed = 0
  for (const { line, from, to, text: mutated } of wanted) {
    if (await isNoticed(tests, file, mutated)) killed++
    else console.log(`  survived ${name}:${line}  ${from}  →  ${to}`)
  }
  console.log(`${name}: ${killed} of ${wanted.length} killed`)
}
