// npm runs it around `npm pack`. The bundle has all its libraries in it, so the package that users install names none; here they
// stay dependencies, which is what they are to whoever looks for known weaknesses in them.
// Usage: node scripts/packed.mjs trim | restore
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'

const path = new URL('../package.json', import.meta.url)
const whole = new URL('../.package.json.whole', import.meta.url)
const kept = [
  ...['name', 'version', 'description', 'keywords', 'license', 'author', 'homepage', 'repository', 'bugs'],
  ...['type', 'engines', 'bin', 'files'],
]

const trimmed = text => {
  const manifest = JSON.parse(text)
  const fields = Object.fromEntries(kept.filter(name => name in manifest).map(name => [name, manifest[name]]))
  return `${JSON.stringify(fields, null, 2)}\n`
}

if (process.argv[2] === 'trim') {
  // Left by a pack that was cut off. One that does not belong to what is here is not touched: it may be the only whole one.
  if (existsSync(whole) && readFileSync(path, 'utf8') === trimmed(readFileSync(whole, 'utf8'))) renameSync(whole, path)
  const text = readFileSync(path, 'utf8')
  writeFileSync(whole, text, { flag: 'wx' })
  writeFileSync(path, trimmed(text))
} else if (process.argv[2] === 'restore') renameSync(whole, path)
else throw new Error('Usage: node scripts/packed.mjs trim | restore')
