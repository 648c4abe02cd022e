import type { ShellCommand } from '../../dockerfile/shell.ts'
import type { Step, View } from '../view.ts'
import { downloadsOf, isKept } from './download.ts'
import { isRemoteClone } from './git.ts'
import { modelFetchesOf } from './model.ts'
import { pythons } from './program.ts'
import { isCheck } from './verification.ts'

/** What a command is there for, when the image is wrong or empty without it. */
export type Purpose = 'install' | 'download' | 'verify' | 'build'

const known = new WeakMap<Step, Map<ShellCommand, Purpose>>()

/** What the commands of a RUN are there for; those that only tidy up, ask or show are not among them. */
export function purposesOf(view: View, step: Step): ReadonlyMap<ShellCommand, Purpose> {
  const answered = known.get(step)
  if (answered !== undefined) return answered
  const purposes = new Map<ShellCommand, Purpose>()
  for (const { command } of modelFetchesOf(view, step)) if (command !== null) purposes.set(command, 'download')
  for (const download of downloadsOf(view, step)) if (isKept(download)) purposes.set(download.command, 'download')
  for (const command of step.script.commands) {
    const purpose = purposes.get(command) ?? purposeOf(step, command)
    if (purpose !== null) purposes.set(command, purpose)
  }
  known.set(step, purposes)
  return purposes
}

function purposeOf(step: Step, command: ShellCommand): Purpose | null {
  if (command.words.length === 0 || command.words.some(({ partial }) => idle.test(partial))) return null
  if (installs(command)) return 'install'
  if (isRemoteClone(command)) return 'download'
  if (builds(command)) return 'build'
  return isCheck(step, command) ? 'verify' : null
}

const idle = /^(--dry-run|--help|-h|--version|--simulate|--just-print)$/

/** The first words that make a program install something: after its options, `|` between. */
const installers: Readonly<Record<string, RegExp>> = {
  ...same(
    'apt-get apt aptitude apt-fast nala',
    /^(install|update|upgrade|dist-upgrade|full-upgrade|build-dep|reinstall)$/,
  ),
  apk: /^(add|update|upgrade)$/,
  ...same(
    'yum dnf microdnf tdnf zypper',
    /^(install|in|update|up|upgrade|localinstall|groupinstall|reinstall|dup|dist-upgrade)$/,
  ),
  ...same('conda mamba micromamba', /^(install|create|update|env)$/),
  pixi: /^(install|add|global)$/,
  uv: /^(sync|add|pip|tool|python)$/,
  poetry: /^(install|add|update|sync)$/,
  pdm: /^(install|add|sync|update)$/,
  pipenv: /^(install|sync|update)$/,
  pipx: /^(install|inject)$/,
  npm: /^(install|i|ci|add|update|install-ci-test)$/,
  ...same('pnpm bun', /^(install|i|add|update)$/),
  yarn: /^(install|add|upgrade|--frozen-lockfile|--immutable)$/,
  cargo: /^(install|fetch)$/,
  go: /^(install|get|mod)$/,
  gem: /^install$/,
  ...same('bundle bundler', /^install$/),
  composer: /^(install|require|update|create-project)$/,
  ...same('dotnet nuget', /^(restore|tool|add|install)$/),
  rustup: /^(toolchain|component|target|install|update|default)$/,
  playwright: /^(install|install-deps)$/,
  luarocks: /^install$/,
  opam: /^(install|init|update)$/,
  snap: /^install$/,
  brew: /^(install|update)$/,
}

/** Programs that make what the image is for; their targets that only tidy or try do not count. */
const builders: Readonly<Record<string, RegExp | null>> = {
  ...same('make gmake ninja', null),
  ...same('gcc g++ cc c++ clang clang++ nvcc rustc javac tsc', null),
  configure: null,
  cmake: null,
  meson: /^(setup|compile|install)$/,
  cargo: /^build$/,
  go: /^(build|generate)$/,
  ...same('npm yarn pnpm bun', /^(run|build|run-script)$/),
  ...same('mvn mvnw gradle gradlew', null),
  bazel: /^(build|run)$/,
  dotnet: /^(build|publish)$/,
}
const tidies = /^(clean|distclean|mrproper|uninstall|check|test|tests|lint|format|help|audit|docs?)$/

function same<T>(names: string, value: T): Record<string, T> {
  return Object.fromEntries(names.split(' ').map(name => [name, value]))
}

/** The words that say what to do: operands, and for yarn a lone option that means an install. */
const verbsOf = ({ words }: ShellCommand): string[] =>
  words
    .slice(1)
    .map(({ partial }) => partial)
    .filter(text => !text.startsWith('-') || /^--(frozen-lockfile|immutable)$/.test(text))

function installs(command: ShellCommand): boolean {
  const { name, words } = command
  const verbs = verbsOf(command)
  if (/^pip[\d.]*$/.test(name)) return /^(install|download|wheel|sync)$/.test(verbs[0] ?? '')
  if (pythons.test(name)) return /^(pip (install|download|wheel)|ensurepip)\b/.test(moduleRun(words))
  if (name === 'yarn' && words.length === 1) return true
  if (name === 'dpkg' || name === 'rpm')
    return words.some(({ partial }) => /^(-[a-zA-Z]*[iU][a-zA-Z]*|--install|--upgrade)$/.test(partial))
  if (name === 'Rscript' || name === 'R')
    return words.some(({ partial }) =>
      /\b(install\.packages|install_\w+|BiocManager::install|renv::restore)\(/.test(partial),
    )
  if (name === 'cpanm' || name === 'cpan' || name === 'pecl' || name === 'docker-php-ext-install') return true
  if (name === 'npx') return verbs[0] === 'playwright' && /^install/.test(verbs[1] ?? '')
  const wanted = Object.hasOwn(installers, name) ? installers[name] : undefined
  return wanted !== undefined && firstVerb(name, words, verbs).some(verb => wanted.test(verb))
}

/** `python -m pip install x` as `pip install x`. */
function moduleRun(words: ShellCommand['words']): string {
  const at = words.findIndex(({ partial }) => /^-[a-zA-Z]*m$/.test(partial))
  return at < 1
    ? ''
    : words
        .slice(at + 1)
        .map(({ partial }) => partial)
        .filter(text => !text.startsWith('-'))
        .slice(0, 2)
        .join(' ')
}

/** Options before the verb may have values (`apt-get -o X=y install`): the first two words count for those programs. */
const firstVerb = (name: string, words: ShellCommand['words'], verbs: string[]): string[] =>
  words[1]?.partial.startsWith('-') && name !== 'yarn' ? verbs.slice(0, 2) : verbs.slice(0, 1)

function builds(command: ShellCommand): boolean {
  const { name, words } = command
  const verbs = verbsOf(command)
  if (pythons.test(name)) {
    const script = words[1]?.partial ?? ''
    if (/(^|\/)setup\.py$/.test(script)) return /^(build|install|develop|bdist|sdist|build_ext)/.test(verbs[1] ?? '')
    return moduleRun(words).startsWith('build') || /^compileall\b/.test(moduleRun(words))
  }
  const wanted = Object.hasOwn(builders, name) ? builders[name] : undefined
  if (wanted === undefined || (verbs.length > 0 && verbs.every(verb => tidies.test(verb)))) return false
  if (wanted === null) return true
  return wanted.test(verbs[0] ?? '') && !tidies.test(verbs[1] ?? '')
}
