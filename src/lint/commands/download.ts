import type { ShellCommand, ShellWord } from '../../dockerfile/shell.ts'
import type { Step, View } from '../view.ts'
import { fileNameOf, isRemote } from './address.ts'
import { findOption, hasOption, optionTable, type ReadArguments, readArguments } from './option-table.ts'
import { type Sink, sinkOf } from './output.ts'
import { programOf } from './program.ts'

/** One command that fetches something over the network. */
export interface Download {
  command: ShellCommand
  /** The addresses, `${name}` where a part is not known; none when they stand in the list. */
  addresses: string[]
  /** The words they stand in. */
  words: ShellWord[]
  /** The file that lists them (`wget -i`). */
  list: string | null
  /** The file names it writes, as far as they are known; paths as written. Empty when it prints. */
  files: string[]
  /** Where the data goes: to files, or where its output goes. */
  sink: Sink | { kind: 'files' }
  /** The content cannot change: a revision by commit. */
  fixed: boolean
}

const curl = optionTable(
  `-A -b -c -C -d -D -e -E -F -H -K -m -o -P -Q -r -t -T -u -U -w -x -X -y -Y -z --output --output-dir --header --data --data-raw
   --data-binary --data-urlencode --json --user --user-agent --retry --retry-delay --retry-max-time --connect-timeout --max-time
   --proxy --proxy-user --request --url --cacert --capath --cert --cert-type --key --key-type --pass --resolve --connect-to --range
   --referer --write-out --limit-rate --max-redirs --max-filesize --proto --proto-redir --proto-default --ciphers --tls13-ciphers
   --interface --cookie --cookie-jar --form --upload-file --speed-limit --speed-time --socks5 --socks5-hostname --config
   --continue-at --tls-max --dns-servers --unix-socket --netrc-file --noproxy --oauth2-bearer --aws-sigv4 --url-query --etag-save
   --etag-compare --keepalive-time --dump-header --stderr --trace --trace-ascii --parallel-max --rate --pinnedpubkey --crlfile`,
)
const wget = optionTable(
  `-O -o -a -P -U -t -T -w -Q -i -e -B -A -R -D -I -X -l --output-document --output-file --append-output --directory-prefix --tries
   --timeout --dns-timeout --connect-timeout --read-timeout --user-agent --header --post-data --post-file --body-data --method --user
   --password --http-user --http-password --input-file --execute --level --accept --reject --wait --waitretry --limit-rate
   --ca-certificate --ca-directory --certificate --private-key --max-redirect --referer --load-cookies --save-cookies --quota --base
   --retry-on-http-error --domains --cut-dirs --default-page --restrict-file-names --secure-protocol`,
)
const aria2c = optionTable(
  '-o -d -x -s -j -k -i -l -m -t --out --dir --max-connection-per-server --split --input-file --header --user-agent',
)
const cloud = optionTable(
  '--profile --region --endpoint-url --project --account-name --container-name --name --file -n -c -f -o --bucket --key --version-id',
)
const azure = optionTable(
  `-c --container-name -n --name -f --file -s --source -d --destination --dest -p --path --pattern --share-name --blob-url --account-name
   --account-key --connection-string --sas-token --auth-mode -o --output --subscription --query --max-connections --timeout`,
)

/** The downloads of a RUN, in order. Not: those that only ask (`-I`, `--spider`), go nowhere, or are of a local or unknown host. */
export function downloadsOf(view: View, step: Step): Download[] {
  const downloads = known.get(step) ?? step.script.commands.flatMap(command => readDownload(view, command) ?? [])
  known.set(step, downloads)
  return downloads
}

const known = new WeakMap<Step, Download[]>()

/** Those of a RUN that was read before. */
export const downloadsRead = (step: Step): readonly Download[] => known.get(step) ?? []

/** To files, or through a pipe into something that keeps it; what only fills a variable or the log is not. */
export function isKept({ sink }: Download): boolean {
  if (sink.kind === 'files' || sink.kind === 'file') return true
  if (sink.kind !== 'pipe') return false
  let at: ShellCommand | null = sink.into
  for (let hops = 0; at !== null && hops < longestPipe; hops++, at = at.pipesInto) {
    // A program that runs what it reads is RG402's.
    if (programOf(at)?.kind === 'input') return false
    if (
      keepers.test(at.name) ||
      at.redirects.some(({ operator, target }) => operator.startsWith('>') && target.value !== '/dev/null')
    )
      return true
  }
  return false
}

/** Beyond so many programs nobody's data is followed. */
export const longestPipe = 40

const keepers = /^(tar|bsdtar|unzip|cpio|tee|dd|gunzip|xz|install|docker|psql|sponge|pax|rpm2cpio|zstd|ar)$/

function readDownload(view: View, command: ShellCommand): Download | null {
  const { name } = command
  if (name === 'curl') return readCurl(view, command, readArguments(command, curl))
  if (name === 'wget' || name === 'wget2') return readWget(view, command, readArguments(command, wget))
  if (name === 'aria2c') return readAria(command, readArguments(command, aria2c))
  if (name === 'az') return readAzure(command, readArguments(command, azure))
  if (name === 'pwsh' || name === 'powershell') return readPowerShell(command)
  if (name === 'aws' || name === 'gsutil' || name === 'gcloud')
    return readCloud(view, command, readArguments(command, cloud))
  return null
}

function readCurl(view: View, command: ShellCommand, read: ReadArguments): Download | null {
  if (hasOption(read, '-I', '--head', '-T', '--upload-file', '-V', '--version', '-h', '--help', '-M', '--manual'))
    return null
  if (!/^(GET)?$/.test(findOption(read, '-X', '--request')?.partial ?? '')) return null
  const given = [...read.options.filter(({ name }) => name === '--url').map(({ word }) => word), ...read.operands]
  const outputs = read.options
    .filter(({ name }) => name === '-o' || name === '--output')
    .map(({ partial }) => partial ?? '')
  const named = hasOption(read, '-O', '--remote-name', '--remote-name-all') ? addressesIn(given).map(fileNameOf) : []
  const files = [...outputs, ...named].filter(file => file !== '-' && file !== '/dev/stdout')
  const folder = findOption(read, '--output-dir')?.partial
  return downloadOf(
    view,
    command,
    given,
    files.map(file => (folder && !file.startsWith('/') ? `${folder}/${file}` : file)),
  )
}

function readWget(view: View, command: ShellCommand, read: ReadArguments): Download | null {
  if (hasOption(read, '--spider', '-V', '--version', '-h', '--help', '--post-data', '--post-file', '--method'))
    return null
  const list = findOption(read, '-i', '--input-file')?.value ?? null
  if (list !== null && list !== '-')
    return { command, addresses: [], words: [], list, files: [], sink: { kind: 'files' }, fixed: false }
  const output = findOption(read, '-O', '--output-document')
  const folder = findOption(read, '-P', '--directory-prefix')?.partial
  const named = addressesIn(read.operands).map(address =>
    folder ? `${folder}/${fileNameOf(address)}` : fileNameOf(address),
  )
  const files =
    output === undefined ? named : [output.partial ?? ''].filter(file => file !== '-' && file !== '/dev/stdout')
  return downloadOf(view, command, read.operands, files)
}

function readAria(command: ShellCommand, read: ReadArguments): Download | null {
  const fixed = hasOption(read, '--checksum')
  const files = [findOption(read, '-o', '--out')?.partial ?? addressesIn(read.operands).map(fileNameOf)].flat()
  const addresses = addressesIn(read.operands)
  const given = { command, addresses, words: read.operands, list: null }
  return addresses.length === 0 ? null : { ...given, files, sink: { kind: 'files' }, fixed }
}

/** `az storage blob download -c container -n name -f file`. */
function readAzure(command: ShellCommand, read: ReadArguments): Download | null {
  const [group, kind, action] = read.operands.map(({ partial }) => partial)
  if (group !== 'storage' || !/^(blob|file|fs)$/.test(kind ?? '') || !/^download(-batch)?$/.test(action ?? ''))
    return null
  const value = (...names: string[]): string => findOption(read, ...names)?.partial ?? ''
  const container = value('-c', '--container-name', '-s', '--source', '--share-name')
  const name = value('-n', '--name', '-p', '--path', '--pattern')
  const file = value('-f', '--file', '--dest', '-d', '--destination')
  const address = value('--blob-url') || `azure://${[container, name].filter(part => part !== '').join('/')}`
  const files = file === '' ? [fileNameOf(address)] : [file]
  return { command, addresses: [address], words: [], list: null, files, sink: { kind: 'files' }, fixed: false }
}

/** `pwsh -c "Invoke-WebRequest https://… -OutFile x"` in a Linux image; one that is checked by Get-FileHash is not. */
function readPowerShell(command: ShellCommand): Download | null {
  const script = command.words
    .map(({ partial }) => partial)
    .join(' ')
    .slice(0, 20_000)
  if (!/Invoke-WebRequest|\biwr\b|Invoke-RestMethod|DownloadFile/i.test(script) || /Get-FileHash/i.test(script))
    return null
  const address = /https?:\/\/[^\s'")]+/.exec(script)?.[0] ?? ''
  const file = /-OutFile\s+['"]?([^\s'"]+)/i.exec(script)?.[1]
  if (!isRemote(address) || (file === undefined && !/DownloadFile/i.test(script))) return null
  const files = [file ?? fileNameOf(address)]
  return { command, addresses: [address], words: [], list: null, files, sink: { kind: 'files' }, fixed: false }
}

/** `aws s3 cp s3://… f`, `gsutil cp gs://… f`, `gcloud storage cp`, `az storage blob download`. */
function readCloud(view: View, command: ShellCommand, read: ReadArguments): Download | null {
  if (read.operands[0]?.value === 's3api') return readObject(command, read)
  const program = [command.name, ...read.operands.map(({ partial }) => partial)].join(' ')
  if (!/^(aws s3 (cp|sync|mv)|gsutil (-m )?(cp|rsync|gs:\/\/\S+)|gcloud storage (cp|rsync)) /.test(program)) return null
  const remote = read.operands.findIndex(({ partial }) => /^(s3|gs):\/\//.test(partial))
  const target = read.operands[remote + 1]
  if (remote < 0 || target === undefined || /^(s3|gs):\/\//.test(target.partial)) return null
  const source = read.operands[remote] as ShellWord
  const file = /[/.]$/.test(target.partial) ? fileNameOf(source.partial) : target.partial
  return downloadOf(view, command, [source], file === '-' ? [] : [file])
}

/** `aws s3api get-object --bucket b --key k file`; a version of the object is fixed. */
function readObject(command: ShellCommand, read: ReadArguments): Download | null {
  const [, action, file] = read.operands
  if (action?.value !== 'get-object' || file === undefined) return null
  const part = (name: string): string => findOption(read, name)?.partial ?? ''
  const address = `s3://${part('--bucket')}/${part('--key')}`
  const files = [/[/.]$/.test(file.partial) ? fileNameOf(address) : file.partial]
  const fixed = hasOption(read, '--version-id')
  return { command, addresses: [address], words: [], list: null, files, sink: { kind: 'files' }, fixed }
}

function downloadOf(view: View, command: ShellCommand, given: ShellWord[], files: string[]): Download | null {
  const addresses = addressesIn(given)
  if (addresses.length === 0) return null
  const sink = files.length > 0 ? ({ kind: 'files' } as const) : sinkOf(view, command)
  const written = sink.kind === 'file' ? [sink.word.partial] : files
  if (written.length > 0 && written.every(file => file === '/dev/null')) return null
  return { command, addresses, words: given, list: null, files: written, sink, fixed: false }
}

const addressesIn = (words: ShellWord[]): string[] =>
  words.map(word => (word.value ?? word.partial).trim()).filter(address => isRemote(address))
