// Draws a job summary, or any page, the way GitHub shows it:
//   node scripts/picture.mjs [report.json | page.md] [picture.png] [height] [width] [--dark]
// Without arguments it runs the demo and draws the README's picture of what that found. Needs Debian's cmark-gfm (GitHub's
// Markdown parser) and chromium.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'
import { chromium } from 'playwright-core'

const args = process.argv.slice(2)
const [source, target = 'docs/summary.png', height = '1112', width = '1030'] = args.filter(arg => !arg.startsWith('--'))
const colours = args.includes('--dark')
  ? {
      text: '#f0f6fc',
      back: '#0d1117',
      line: '#3d444d',
      soft: '#151b23',
      quiet: '#9198a1',
      link: '#4493f8',
      more: '#12261e',
      less: '#301a1e',
    }
  : {
      text: '#1f2328',
      back: '#ffffff',
      line: '#d1d9e0',
      soft: '#f6f8fa',
      quiet: '#59636e',
      link: '#0969da',
      more: '#dafbe1',
      less: '#ffebe9',
    }

const style = `
  body { margin: 24px; max-width: 980px; color: ${colours.text}; background: ${colours.back};
    font: 14px/1.5 'DejaVu Sans', 'Noto Color Emoji', sans-serif; font-size: 13px }
  h2 { border-bottom: 1px solid ${colours.line}; padding-bottom: .3em; font-size: 1.5em; margin: 0 0 16px }
  h3 { font-size: 1.25em; margin: 24px 0 12px } h4 { font-size: 1em; margin: 24px 0 12px } p { margin: 0 0 12px }
  table { border-collapse: collapse; margin-bottom: 16px; display: block; overflow: auto; width: max-content; max-width: 100% }
  th, td { border: 1px solid ${colours.line}; padding: 6px 13px } tr:nth-child(2n) td { background: ${colours.soft} }
  code { background: ${colours.soft}; padding: .2em .4em; border-radius: 6px; font: 85% 'DejaVu Sans Mono', monospace }
  pre { background: ${colours.soft}; padding: 16px; border-radius: 6px; overflow: auto } pre code { padding: 0 }
  blockquote { margin: 0 0 16px; padding: 0 1em; color: ${colours.quiet}; border-left: .25em solid ${colours.line} }
  .more { background: ${colours.more} } .less { background: ${colours.less} }
  img { max-width: 100% } a { color: ${colours.link} } summary { cursor: pointer } details { margin-bottom: 16px } sub { color: ${colours.quiet} }`

const extensions = ['table', 'strikethrough', 'autolink', 'tasklist', 'tagfilter'].flatMap(name => ['-e', name])
const folder = mkdtempSync(join(tmpdir(), 'picture-'))
process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
const body = run('cmark-gfm', ['--unsafe', ...extensions], markdownOf(source ?? demoReport())).replace(
  /<code class="language-diff">.*?<\/code>/gs,
  diff =>
    diff.replace(
      /(^|>)([+-].*)$/gm,
      (_, start, line) => `${start}<span class="${line[0] === '+' ? 'more' : 'less'}">${line}</span>`,
    ),
)
const page = join(folder, 'page.html')
writeFileSync(page, `<!doctype html><meta charset="utf-8"><style>${style}</style>${body}`)
const browser = await chromium.launch({
  executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu'],
})
const tab = await browser.newPage({ viewport: { width: Number(width), height: Number(height) } })
await tab.goto(`file://${page}`)
await tab.screenshot({ path: resolve(target) })
await browser.close()
console.log(`${target}: ${Math.ceil(statSync(target).size / 1024)} KiB`)

function run(command, list, input = '') {
  const { status, stdout, error, stderr } = spawnSync(command, list, {
    input,
    encoding: 'utf8',
    timeout: 60_000,
    maxBuffer: 2 ** 26,
  })
  if (error || status !== 0) {
    console.error(
      `${command}: ${error?.message ?? stderr}\napt-get install --no-install-recommends chromium cmark-gfm fonts-dejavu-core fonts-noto-color-emoji`,
    )
    process.exit(1)
  }
  return stdout
}

/** What the demo's gate of the image that is not reproducible wrote. */
function demoReport() {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const { status } = spawnSync(process.execPath, ['scripts/demo.mjs', '--reports', folder], {
    cwd: root,
    stdio: 'inherit',
  })
  if (status !== 0) process.exit(1)
  return join(folder, 'not-reproducible.json')
}

/** A report.json becomes the summary that the action writes of it; all else is Markdown. */
function markdownOf(path) {
  const text = readFileSync(path, 'utf8')
  if (!path.endsWith('.json')) return text
  const entryPoints = [fileURLToPath(new URL('../src/report/summary.ts', import.meta.url))]
  const outfile = join(folder, 'summary.cjs')
  buildSync({ entryPoints, outfile, bundle: true, platform: 'node', format: 'cjs', logLevel: 'error' })
  return createRequire(import.meta.url)(outfile).renderSummary(JSON.parse(text))
}
