/** What differs on each machine, or must not be in an image, whatever it is built with. */
const always = ['.git', '.github', '**/.DS_Store', '**/.idea', '**/.vscode', '**/.env', '**/.env.*', '**/*.log']
const ofOurs = ['.repro-gate.yml', '.dockerignore', 'Dockerfile*']

/**
 * The text of a .dockerignore.
 * @param ignored the lines that the stack adds
 * @param copied what Dockerfiles that are there copy by name: that is not hidden from them
 */
export function dockerignore(ignored: readonly string[], copied: readonly string[]): string {
  const names = new Set(copied.flatMap(path => path.split('/')))
  const isFree = (pattern: string): boolean => {
    const last = pattern.split('/').at(-1) ?? pattern
    const isMeant = last.includes('*') ? asExpression(last) : undefined
    return ![...names].some(name => (isMeant === undefined ? name === last : isMeant.test(name)))
  }
  const lines = [...new Set([...always, ...ignored, ...ofOurs])].filter(isFree)
  return `# What is not in the build context cannot make two images differ: caches, logs, settings of one machine, secrets.\n${lines.join('\n')}\n`
}

/** `*.log` and `*.py[co]` are all there is here. */
const asExpression = (pattern: string): RegExp =>
  new RegExp(`^${pattern.replace(/[.+^$()|{}]/g, '\\$&').replaceAll('*', '[^/]*')}$`)
