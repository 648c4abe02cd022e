import type { ShellCommand } from '../../dockerfile/shell.ts'
import { fileNameOf, namesItsContent } from '../commands/address.ts'
import { type Download, downloadsOf } from '../commands/download.ts'
import { programOf } from '../commands/program.ts'
import { type AddedRepository, repositoriesOf } from '../commands/repository.ts'
import { isRepositoryKey } from '../commands/repository-key.ts'
import { isVerified } from '../commands/verification.ts'
import type { Draft, Rule } from '../rule.ts'
import type { Step, View } from '../view.ts'
import { quote } from '../wording.ts'

export const extraRepo: Rule = {
  id: 'RG210',
  title: 'Packages from a repository without snapshots',
  level: 'warning',
  class: 'drift',
  on: false,
  check: view => view.steps.flatMap(step => checkStep(view, step)),
}

/** A key is fetched for a repository that is added: where both are seen, the repository says it all. */
function checkStep(view: View, step: Step): Draft[] {
  const downloads = downloadsOf(view, step)
  const repositories = [...repositoriesOf(step), ...downloads.flatMap(download => repositoryOf(step, download))]
  if (repositories.length > 0) return repositories.map(draftOf)
  return [...downloads.filter(download => isOpenKey(step, download)).map(keyDraft), ...importsOf(step)]
}

const draftOf = ({ range, name }: AddedRepository): Draft => ({
  range,
  message: `${quote(name)} becomes a source of packages. It serves its newest ones, drops old ones when it likes, and no snapshot of the distribution holds it: next week the same commit gets other packages from it, or the build fails.`,
  fix: {
    text: "Take the package from the distribution's own archive where it is there. Else fetch the package file itself, of one version, with its checksum (`ADD --checksum=sha256:<digest> https://…/x.deb /tmp/`), or pin exact versions and keep a copy of the repository that does not change.",
  },
})

/** A definition that is downloaded, or a script that is known to add one. */
function repositoryOf(step: Step, download: Download): AddedRepository[] {
  const script = download.addresses.find(isSetupScript)
  if (script !== undefined && isRun(step, download)) return [{ range: rangeOf(download.command, script), name: script }]
  const bringer = download.addresses.find(isReleasePackage)
  if (bringer !== undefined && !isVerified(step, download))
    return [{ range: rangeOf(download.command, bringer), name: bringer }]
  const [first = ''] = download.addresses
  const tee = download.sink.kind === 'pipe' ? download.sink.into.words.map(({ partial }) => partial) : []
  const defines = [...download.files, ...tee].some(file =>
    /^\/etc\/(apt\/sources\.list|yum\.repos\.d\/|zypp\/repos\.d\/)/.test(file),
  )
  return defines ? [{ range: rangeOf(download.command, first), name: first }] : []
}

const isSetupScript = (address: string): boolean =>
  /\/setup_[\w.]+$|\/script\.(deb|rpm)(\.sh)?$|repo[\w-]{0,40}setup|setup[\w-]{0,40}repo|(add|install)[\w-]{0,40}repo/i.test(
    address.replace(/[?#].*$/s, ''),
  )

/** By a pipe into a shell, or as a file that a shell is given. */
function isRun(step: Step, { sink, files }: Download): boolean {
  if (sink.kind === 'pipe') return programOf(sink.into)?.kind === 'input'
  return step.script.commands.some(command => {
    const program = programOf(command)
    return program?.kind === 'file' && files.some(file => fileNameOf(file) === fileNameOf(program.word?.partial ?? ''))
  })
}

/** `cuda-keyring_1.1-1_all.deb`, `zabbix-release_6.0-4_all.deb`, `packages-microsoft-prod.deb`. */
const isReleasePackage = (address: string): boolean =>
  address.endsWith('.deb') && /keyring|[-_]release|repo|apt-(config|source)|microsoft-prod/.test(fileNameOf(address))

const rangeOf = ({ words, range }: ShellCommand, address: string): Draft['range'] =>
  words.find(({ partial }) => partial.includes(address))?.range ?? words[0]?.range ?? range

const isOpenKey = (step: Step, download: Download): boolean =>
  isRepositoryKey(download) && !download.addresses.every(namesItsContent) && !isVerified(step, download)

const keyMessage =
  'decides which packages are trusted, and nobody checks that it is the one you meant: whoever serves it can change it, and with it what the same commit installs.'
const keyFix = {
  text: 'Commit the key and COPY it, or fetch it with its checksum: `ADD --checksum=sha256:<digest> https://… /etc/apt/keyrings/`.',
}

const keyDraft = ({ command, addresses: [first = ''] }: Download): Draft => ({
  range: rangeOf(command, first),
  message: `The key from ${quote(first)} ${keyMessage}`,
  fix: keyFix,
})

/** `rpm --import https://…`, `apt-key adv --fetch-keys https://…`. */
const importsOf = (step: Step): Draft[] =>
  step.script.commands.flatMap(({ name, words }) => {
    const texts = words.map(({ partial }) => partial)
    const fetches =
      (name === 'rpm' && texts.includes('--import')) || (name === 'apt-key' && texts.includes('--fetch-keys'))
    const word = fetches ? words.find(({ partial }) => /^https?:/.test(partial)) : undefined
    if (word === undefined) return []
    return [{ range: word.range, message: `The key from ${quote(word.partial)} ${keyMessage}`, fix: keyFix }]
  })
