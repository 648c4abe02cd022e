import type { Range } from '../../dockerfile/dockerfile.ts'
import type { ShellCommand, ShellWord } from '../../dockerfile/shell.ts'
import type { Step } from '../view.ts'
import { fileNameOf } from './address.ts'
import { findOption, hasOption, optionTable, readArguments } from './option-table.ts'
import { rpmCommandsOf } from './rpm.ts'

/** A source of packages that a command adds. */
export interface AddedRepository {
  range: Range
  /** As people know it: `ppa:x/y`, an address, `copr x/y`. */
  name: string
}

/** The repositories that the commands of a RUN add to those of the distribution; those of a fixed day not. */
export function repositoriesOf(step: Step): AddedRepository[] {
  return step.script.commands.flatMap(command => readCommand(step, command) ?? [])
}

function readCommand(step: Step, command: ShellCommand): AddedRepository | null {
  const { name } = command
  if (name === 'add-apt-repository' || name === 'apt-add-repository') return readAddApt(command)
  if (name === 'yum-config-manager' || name === 'dnf-config-manager') return readConfigManager(command)
  if (name === 'rpm') return readRpmInstall(command)
  if (/^(dnf5?|yum|microdnf|tdnf|zypper)$/.test(name)) return readManager(step, command)
  if (name === 'apk') return readApkOption(command)
  return readWritten(step, command)
}

const addApt = optionTable('-c --component -p --pocket -k --keyserver -S --sourceslist -P --ppa -U --uri -C --cloud')

function readAddApt(command: ShellCommand): AddedRepository | null {
  const read = readArguments(command, addApt)
  if (hasOption(read, '-r', '--remove', '-l', '--list', '-h', '--help')) return null
  const option = findOption(read, '-S', '--sourceslist', '-P', '--ppa', '-U', '--uri')
  const word = option?.word ?? read.operands[0]
  if (word === undefined) return null
  const text = option?.partial ?? read.operands.map(({ partial }) => partial).join(' ')
  // `universe` and the like are parts of the distribution's own archive.
  if (!/^(ppa:|deb(-src)?\s|https?:|cloud-archive:)/.test(text)) return null
  return /^(deb|http)/.test(text) ? foreign(text, word.range) : { range: word.range, name: text }
}

const configManager = optionTable('--add-repo --from-repofile --set --setopt --enable --disable --id --save-filename')

/** `yum-config-manager --add-repo X`, `dnf config-manager --add-repo X`, `dnf config-manager addrepo --from-repofile=X`. */
function readConfigManager(command: ShellCommand): AddedRepository | null {
  const option = findOption(readArguments(command, configManager), '--add-repo', '--from-repofile')
  return option === undefined ? null : named(option.partial ?? '', option.word.range)
}

function readManager(step: Step, command: ShellCommand): AddedRepository | null {
  const texts = command.words.slice(1).map(({ partial }) => partial)
  if (texts.includes('config-manager')) return readConfigManager(command)
  const words = command.words.slice(1).filter(({ partial }) => !partial.startsWith('-'))
  const [verb, inner, project] = words
  if (verb?.value === 'copr' && inner?.value === 'enable' && project !== undefined)
    return { range: project.range, name: `copr ${project.partial}` }
  if (command.name === 'zypper' && (verb?.value === 'ar' || verb?.value === 'addrepo'))
    return firstNamed(words.slice(1).filter(({ partial }) => /^\w+:\/\/|\.repo$|^obs:/.test(partial)))
  const installs = rpmCommandsOf(step).find(read => read.command === command)?.action === 'install'
  return installs ? firstNamed(words.filter(({ partial }) => isReleasePackage(partial))) : null
}

/** `epel-release-latest-9.noarch.rpm`, `pgdg-redhat-repo-latest.noarch.rpm`. */
const isReleasePackage = (text: string): boolean =>
  /^https?:/.test(text) && text.endsWith('.rpm') && /-release|-repo|repo-/.test(fileNameOf(text))

const rpm = optionTable('--root --dbpath --define -D --prefix --relocate')

/** A package fetched by rpm itself is as a rule one that brings a repository. */
function readRpmInstall(command: ShellCommand): AddedRepository | null {
  const read = readArguments(command, rpm)
  if (!hasOption(read, '-i', '-U', '-F', '--install', '--upgrade') || hasOption(read, '--import', '-q', '-e'))
    return null
  return firstNamed(read.operands.filter(({ partial }) => /^(https?|ftp):/.test(partial)))
}

/** `apk add -X https://…/edge/testing x`: a branch that has no end, or somebody else's. */
function readApkOption(command: ShellCommand): AddedRepository | null {
  const option = findOption(
    readArguments(command, optionTable('-X --repository -t --virtual -p --root')),
    '-X',
    '--repository',
  )
  return option === undefined ? null : foreign(option.partial ?? '', option.word.range)
}

/** `echo "deb …" > /etc/apt/sources.list.d/x.list`, by `tee`, by a heredoc. */
function readWritten(step: Step, command: ShellCommand): AddedRepository | null {
  const redirected = command.redirects.filter(({ operator }) => /^>/.test(operator)).map(({ target }) => target)
  const targets = command.name === 'tee' ? redirected.concat(command.words.slice(1)) : redirected
  const target = targets.find(({ partial }) => sources.test(partial))
  if (target === undefined) return null
  const heredoc = command.redirects.find(({ operator }) => operator.startsWith('<<'))
  if (heredoc !== undefined) return foreign(heredoc.target.partial, target.range)
  const writers = command.name === 'tee' ? step.script.commands.filter(other => other.pipesInto === command) : [command]
  for (const writer of writers) {
    if (!/^(echo|printf)$/.test(writer.name)) continue
    const text = writer.words
      .slice(1)
      .map(({ partial }) => partial)
      .join(' ')
    const word = writer.words.find(({ partial }) => /:\/\//.test(partial))
    return foreign(text, (word ?? target).range)
  }
  return null
}

const sources =
  /^\/etc\/(apt\/sources\.list(\.d\/.*)?|yum\.repos\.d\/.*|zypp\/repos\.d\/.*|apk\/repositories(\.d\/.*)?|pacman\.conf)$/

/** The first address of a text that is neither the distribution's own archive nor one of a fixed day. */
function foreign(text: string, range: Range): AddedRepository | null {
  for (const [address] of text.matchAll(/https?:\/\/[^\s"'\\,\]]+/g)) {
    const host = address.replace(/^https?:\/\//, '').replace(/\/.*/s, '')
    if (!host.includes('$') && !isDistribution(host, address) && !isDated(address)) return { range, name: address }
  }
  return null
}

const firstNamed = (words: ShellWord[]): AddedRepository | null => {
  const [word] = words
  return word === undefined ? null : named(word.partial, word.range)
}

const named = (text: string, range: Range): AddedRepository | null =>
  text === '' || text.startsWith('$') || isDated(text) ? null : { range, name: text }

const isDistribution = (host: string, address: string): boolean =>
  /(^|\.)(debian\.(org|net)|archive\.ubuntu\.com|(security|ports|old-releases)\.ubuntu\.com)$|mirror/.test(host) ||
  (/(^|\.)alpinelinux\.org$/.test(host) && !/\/edge(\/|$)/.test(address))

const isDated = (address: string): boolean =>
  /snapshot|\/(19|20)\d{2}[-/.]?[01]\d[-/.]?[0-3]\d|\/history\/|\/\/vault\.|\/\/archives?\./.test(address)
