// npm runs it around `npm pack`. The bundle has all its libraries in it, so the package that users install names none; here they
// stay dependencies, which is what they are to whoever looks for known weaknesses in them.
// Usage: node scripts/packed.mjs trim | restore
import { readFileSync, renameSync, writeFileSync } from 'node:fs'

const path = new URL('../package.json', import.meta.url)
const whole = new URL('../.package.json.whole', import.meta.url)
const kept = [
  ...['name', 'version', 'description', 'keywords', 'license', 'author', 'homepage', 'repository', 'bugs'],
  ...['type', 'engines', 'bin', 'files'],
]

if (process.argv[2] === 'trim') {
  const text = readFileSync(path, 'utf8')
  const manifest = JSON.parse(text)
  // Exclusive: after a pack that was cut off, the whole one is still there, and must not be lost.
  writeFileSync(whole, text, { flag: 'wx' })
  const trimmed = Object.fromEntries(kept.filter(name => name in manifest).map(name => [name, manifest[name]]))
  writeFileSync(path, `${JSON.stringify(trimmed, null, 2)}\n`)
} else if (process.argv[2] === 'restore') renameSync(whole, path)
else throw new Error('Usage: node scripts/packed.mjs trim | restore')
