// The licences of all that is in the bundle, with the notices that they ask to be handed on.
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

const mit = holder => `MIT License

Copyright (c) ${holder}

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software and associated documentation files (the "Software"), to deal
in the Software without restriction, including without limitation the rights
to use, copy, modify, merge, publish, distribute, sublicense, and/or sell
copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all
copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM,
OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE
SOFTWARE.`

/** Folders of the packages that these files are of. */
export const packageFolders = files =>
  [...new Set(files.map(file => /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1]).filter(Boolean))].sort()

/** One text for all of them: name, version, licence, and every file in which a package says what it is under. */
export async function licenseTexts(folders) {
  return (await Promise.all(folders.map(textOf))).join('\n----\n\n')
}

async function textOf(folder) {
  const { name, version, license, author } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'))
  const entries = (await readdir(folder, { withFileTypes: true }))
    .filter(entry => entry.isFile())
    .map(({ name }) => name)
  const own = entries.sort().find(entry => /^(licen[cs]e|copying)/i.test(entry))
  // Apache-2.0 asks for the NOTICE of a work to be handed on with it.
  const notices = entries.filter(entry => entry !== own && /^(notice|third-?party-?(notices|licenses))/i.test(entry))
  const texts = await Promise.all([...(own ? [own] : []), ...notices].map(file => readFile(join(folder, file), 'utf8')))
  if (own === undefined) {
    // A package may name its licence and leave the text out.
    const holder = typeof author === 'string' ? author : author?.name
    if (license !== 'MIT' || !holder)
      throw new Error(`${name}@${version} (${license}) has no licence text: add it here`)
    texts.unshift(mit(holder))
  }
  return `${name}@${version} (${license})\n\n${texts.map(text => text.trim()).join('\n\n')}\n`
}
