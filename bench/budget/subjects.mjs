// What the budget is measured with: Dockerfiles, contexts and pairs of images, each made once, when it is first asked for.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { contextFiles, dockerfile } from '../dockerfiles.mjs'
import { contentOf } from '../made-files.mjs'
import { writeLayout } from '../made-layout.mjs'

const number = (at, digits = 6) => String(at).padStart(digits, '0')

/** @param folder all of it goes below this one */
export const subjectsIn = folder => {
  const made = (name, filesOf) => {
    const root = join(folder, name)
    if (existsSync(root)) return root
    for (const [path, text] of Object.entries(filesOf())) {
      mkdirSync(dirname(join(root, path)), { recursive: true })
      writeFileSync(join(root, path), text)
    }
    return root
  }
  return {
    folder,
    /** A small Dockerfile with its context. */
    small: () => made('small', () => ({ Dockerfile: dockerfile(0, 4), 'requirements.txt': 'numpy==2.0.0\n' })),
    /** One Dockerfile of so many blocks of instructions. */
    long: blocks => made(`long-${blocks}`, () => ({ Dockerfile: dockerfile(1, blocks) })),
    /** So many Dockerfiles in one context, of ten to fifty lines. */
    many: count =>
      made(`many-${count}`, () =>
        Object.fromEntries(
          Array.from({ length: count }, (_, at) => [`Dockerfile.${number(at)}`, dockerfile(at, 1 + (at % 5))]),
        ),
      ),
    /** A context of so many files. */
    context: files => made(`context-${files}`, () => contextFiles(files, 100)),
    /** A bake file of so many targets, each a Dockerfile of its own in a folder of its own. */
    targets: count =>
      made(`targets-${count}`, () => {
        const names = Array.from({ length: count }, (_, at) => `s${number(at)}`)
        const target = Object.fromEntries(names.map(name => [name, { context: name, args: { NAME: name } }]))
        return {
          'docker-bake.json': JSON.stringify({ group: { default: { targets: names } }, target }),
          ...Object.fromEntries(names.map((name, at) => [`${name}/Dockerfile`, dockerfile(at, 4)])),
        }
      }),
    /** What an engine can build without a base image: so many targets of twenty files. */
    built: count =>
      made(`built-${count}`, () => {
        const names = Array.from({ length: count }, (_, at) => `b${number(at)}`)
        const files = names.flatMap(name =>
          Array.from({ length: 20 }, (_, at) => [`${name}/src/f${at}.txt`, `file ${at} of ${name}\n`.repeat(50)]),
        )
        return {
          'docker-bake.json': JSON.stringify({
            group: { default: { targets: names } },
            target: Object.fromEntries(names.map(name => [name, { context: name }])),
          }),
          ...Object.fromEntries(
            names.map(name => [`${name}/Dockerfile`, 'FROM scratch\nCOPY --chmod=u=rwX,go=rX src /src/\n']),
          ),
          ...Object.fromEntries(files),
        }
      }),
    /** Two images as OCI layouts, A and B. */
    pair: async shape => {
      const root = join(folder, `pair-${Object.values(shape).join('-')}`)
      if (!existsSync(root)) for (const side of ['A', 'B']) await writeLayout(join(root, side), imageOf(shape, side))
      return root
    },
  }
}

/**
 * An image of so many layers with so many files and megabytes together; so many files, spread evenly, are others on each side.
 * `plain`: its layers are not compressed.
 */
function imageOf({ layers, files, megabytes, differing, plain = false }, side) {
  const size = Math.floor((megabytes * 1e6) / files)
  const every = Math.max(1, Math.floor(files / differing))
  const layerOf = layer =>
    function* () {
      for (let at = layer; at < files; at += layers) {
        const path = `usr/lib/l${number(layer, 4)}/d${number(Math.floor(at / 100))}/f${number(at)}`
        const content = contentOf(at, size)
        if (at % every === 0 && at < every * differing) content[size >> 1] = side === 'A' ? 1 : 2
        yield { path, content }
      }
    }
  return { gzip: !plain, layers: Array.from({ length: layers }, (_, at) => layerOf(at)) }
}
