import { locate } from '../dockerfile/position.ts'
import type { ShellCommand } from '../dockerfile/shell.ts'
import type { Location } from '../finding.ts'
import { isRemote } from './commands/address.ts'
import { downloadsOf } from './commands/download.ts'
import { isRemoteClone } from './commands/git.ts'
import { contextSources, hasUnknownSource } from './context/context-source.ts'
import { imagesUsed } from './image-use.ts'
import type { Step, View } from './view.ts'

/** What an image is made of, by where it comes in: without any of a kind there is nothing to ask about it. */
export interface Ingredients {
  /** Images from outside, of FROM, COPY and mounts. */
  images: Location[]
  osPackages: Location[]
  languagePackages: Location[]
  /** Files and repositories fetched over the network. */
  downloads: Location[]
  /** What is copied from the build context. */
  contextCopies: Location[]
  /** Those of them of which nobody knows what they copy: no context was at hand, or a variable names it. */
  unreadCopies: Location[]
}

/** So many places of a kind are kept; more help nobody. */
const mostPlaces = 20

/** The commands that install, by program: one of the words, or any (`yarn` alone installs). */
const osInstallers: Installers = [
  [/^(apt|apt-get|aptitude)$/, /^(install|reinstall|upgrade|dist-upgrade|full-upgrade|build-dep)$/],
  [/^(dnf5?|yum|microdnf|tdnf|zypper)$/, /^(install|in|groupinstall|localinstall|update|upgrade|up|dup)$/],
  [/^apk$/, /^(add|upgrade)$/],
  [/^pacman$/, /^-S[uyw]*$/],
]
const languageInstallers: Installers = [
  [/^(pip|pip3|pip3\.\d+|pipx|micropipenv)$/, /^(install|download|wheel|inject)$/],
  [/^(python|pypy)[\d.]*$/, /^pip$/],
  [/^(uv|poetry|pdm|pipenv|pixi|rye|hatch)$/, /^(install|sync|add|run|tool|pip|update)$/],
  [/^uvx$/, /./],
  [/^(conda|mamba|micromamba)$/, /^(install|create|update|env)$/],
  [/^(npm|pnpm|bun)$/, /^(install|i|ci|add|update|clean-install)$/],
  [/^npx$/, /./],
  [
    /^yarn$/,
    /^(|install|add|up|upgrade|--(frozen-lockfile|immutable|pure-lockfile|prod|production|network-timeout)\b.*)$/,
  ],
  [/^cargo$/, /^(install|build|fetch|test|chef|run)$/],
  [/^go$/, /^(install|get|build|mod|test)$/],
  [/^(gem|bundle|bundler)$/, /^install$/],
  [/^composer$/, /^(install|require|update|create-project)$/],
  [/^dotnet$/, /^(restore|build|publish|add|tool|test)$/],
  [/^(mvn|mvnw|gradle|gradlew|sbt)$/, /./],
  [/^(R|Rscript|julia)$/, /install|Pkg\.|renv|pak\b/],
  [/^install2?\.r$/i, /./],
]

type Installers = readonly (readonly [program: RegExp, word: RegExp])[]

/** Where each kind of thing comes into the stages that the target needs. */
export function ingredientsOf(view: View): Ingredients {
  const where = (isOne: (step: Step) => boolean): Location[] =>
    view.steps
      .filter(isOne)
      .slice(0, mostPlaces)
      .map(({ instruction }) => locate(view.dockerfile, instruction.range))
  const contextCopies = where(step => contextSources(view, step).length > 0 || hasUnknownSource(view, step))
  return {
    images: imagesUsed(view)
      .slice(0, mostPlaces)
      .map(({ range }) => locate(view.dockerfile, range)),
    osPackages: where(step => step.script.commands.some(command => installs(command, osInstallers))),
    languagePackages: where(step => step.script.commands.some(command => installs(command, languageInstallers))),
    downloads: where(step => addsRemote(step) || fetches(view, step)),
    contextCopies,
    unreadCopies: view.context === null ? contextCopies : where(step => hasUnknownSource(view, step)),
  }
}

function installs({ name, words }: ShellCommand, installers: Installers): boolean {
  const found = installers.find(([program]) => program.test(name))
  if (found === undefined) return false
  return words.length < 2 ? found[1].test('') : words.slice(1).some(({ partial }) => found[1].test(partial))
}

const addsRemote = ({ instruction: { keyword, json, words } }: Step): boolean =>
  keyword === 'ADD' &&
  (json ?? words.map(({ raw }) => raw)).slice(0, -1).some(text => /^([a-z]+:\/\/|git@)/i.test(text))

const fetches = (view: View, step: Step): boolean =>
  step.script.commands.some(isRemoteClone) ||
  downloadsOf(view, step).some(({ addresses }) => addresses.length === 0 || addresses.some(isRemote))
