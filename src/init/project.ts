import { lstat, open, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/** A folder as the stacks see it. */
export interface Project {
  /** Files, as paths in the folder: at most so many, not below four folders, none that a tool made, no links. */
  paths: readonly string[]
  has: (path: string) => boolean
  /** The text of a file; empty when it is not there, or is not one to be read. */
  text: (path: string) => string
}

const mostPaths = 20_000
const mostDepth = 4
const mostBytes = 1 << 20
/** What tools make, and what says nothing about the stack. */
const skipped = /^(\.git|\.venv|venv|env|node_modules|__pycache__|target|dist|build|vendor|\.[a-z]+_cache|\.tox|\.nox)$/

/** Reads what is in a folder: names, and the texts that the stacks and the Dockerfiles are told by. Follows no link. */
export async function readProject(folder: string, isRead: (path: string) => boolean): Promise<Project> {
  const paths = await pathsIn(folder)
  const texts = new Map<string, string>()
  for (const path of paths) if (isRead(path)) texts.set(path, await textOf(join(folder, path)))
  const known = new Set(paths)
  return { paths, has: path => known.has(path), text: path => texts.get(path) ?? '' }
}

async function pathsIn(folder: string): Promise<string[]> {
  const found: string[] = []
  let folders = ['']
  for (let depth = 0; depth < mostDepth && folders.length > 0; depth++) {
    const below: string[] = []
    for (const at of folders) {
      if (found.length > mostPaths) return found
      const entries = await readdir(join(folder, at), { withFileTypes: true }).catch(() => [])
      for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
        const path = at === '' ? entry.name : `${at}/${entry.name}`
        if (entry.isFile()) found.push(path)
        else if (entry.isDirectory() && !skipped.test(entry.name)) below.push(path)
      }
    }
    folders = below
  }
  return found
}

/** What is no file of a usual size says nothing. */
async function textOf(path: string): Promise<string> {
  try {
    const stats = await lstat(path)
    if (!stats.isFile() || stats.size > mostBytes) return ''
    const file = await open(path, 'r')
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(mostBytes), 0, mostBytes, 0)
      return buffer.toString('utf8', 0, bytesRead)
    } finally {
      await file.close()
    }
  } catch {
    return ''
  }
}
