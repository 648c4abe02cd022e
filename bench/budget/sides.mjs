// The two programs that are compared: the bundles of a commit, or of the sources in a folder, each built by its own script.
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const parts = ['src', 'scripts', 'docs', 'package.json', 'package-lock.json']
const git = (...args) => execFileSync('git', ['-C', root, ...args], { encoding: 'utf8', maxBuffer: 1 << 28 }).trim()

/** The commit that a change is held against when none is named: where it left the main branch, else the one before. */
export function usualBase() {
  const head = git('rev-parse', 'HEAD')
  for (const branch of ['origin/main', 'main'])
    try {
      const fork = git('merge-base', 'HEAD', branch)
      if (fork !== head) return fork
    } catch {} // A clone may have no such branch.
  return git('rev-parse', 'HEAD~1')
}

/**
 * Builds a side in a folder of its own: nothing of this checkout is written.
 * @param from a commit or branch, or a folder with sources
 * @returns where the programs are, and what they were built of
 */
export function builtSide(from, folder) {
  mkdirSync(folder)
  const isFolder = existsSync(join(from, 'src', 'cli.ts'))
  const commit = isFolder ? null : git('rev-parse', '--verify', `${from}^{commit}`)
  if (isFolder) for (const part of parts) cpSync(join(from, part), join(folder, part), { recursive: true })
  else {
    const archive = execFileSync('git', ['-C', root, 'archive', commit, ...parts], { maxBuffer: 1 << 28 })
    execFileSync('tar', ['-x', '-C', folder], { input: archive })
  }
  takeModules(folder)
  execFileSync(process.execPath, ['scripts/build.mjs'], { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
  const about = commit === null ? `the sources in ${from === root ? 'this checkout' : 'a folder'}` : told(commit)
  return { about, cli: join(folder, 'dist/cli/index.cjs'), action: join(folder, 'dist/action/index.cjs') }
}

/** The packages that are here, where they are those of that commit; else its own, without running anything of theirs. */
function takeModules(folder) {
  const lock = place => readFileSync(join(place, 'package-lock.json'), 'utf8')
  if (lock(folder) === lock(root)) symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  else
    execFileSync('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      ...{ cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] },
    })
}

const told = commit => {
  const [short, day, subject] = git('log', '-1', '--format=%h%n%cs%n%s', commit).split('\n')
  return `${short} of ${day} (${subject})`
}
