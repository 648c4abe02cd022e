import { fileNameOf, namesItsContent } from '../commands/address.ts'
import { type Download, downloadsOf } from '../commands/download.ts'
import { programOf } from '../commands/program.ts'
import { isVerificationData, isVerified } from '../commands/verification.ts'
import { absolute, isWithin } from '../reach.ts'
import type { Draft, Rule } from '../rule.ts'
import type { Step } from '../view.ts'
import { quote } from '../wording.ts'

export const downloadUnverified: Rule = {
  id: 'RG401',
  title: 'Download that nobody checks',
  level: 'warning',
  class: 'drift',
  on: true,
  check: view =>
    view.steps.flatMap(step =>
      downloadsOf(view, step)
        .filter(download => isOpen(step, download))
        .map(download => draftOf(step, download)),
    ),
}

/** Kept, not fixed by its address, not checked, and not one of the things another rule speaks of. */
function isOpen(step: Step, download: Download): boolean {
  const { addresses, files, fixed } = download
  if (fixed || addresses.every(namesItsContent) || !isKept(download) || isRepositoryKey(download)) return false
  if (files.length > 0 && files.every(isVerificationData)) return false
  if (files.length > 0 && files.every(file => isInCache(step, file))) return false
  return !isVerified(step, download)
}

/** To files, or through a pipe into something that keeps it; what only fills a variable or the log is not. */
function isKept({ sink }: Download): boolean {
  if (sink.kind === 'files' || sink.kind === 'file') return true
  if (sink.kind !== 'pipe') return false
  for (let at = sink.into as typeof sink.into | null; at !== null; at = at.pipesInto) {
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

const keepers = /^(tar|bsdtar|unzip|cpio|tee|dd|gunzip|xz|install|docker|psql|sponge|pax|rpm2cpio|zstd|ar)$/

/** Keys and sources of package repositories have a rule of their own. */
const isRepositoryKey = ({ files, sink }: Download): boolean =>
  files.some(file =>
    /^\/etc\/(apt|yum\.repos\.d|pki|apk)\/|^\/usr\/share\/keyrings\/|\.(gpg|key|repo|list|sources)$/.test(file),
  ) ||
  (sink.kind === 'pipe' &&
    (/^(gpg|gpg2|apt-key|rpm)$/.test(sink.into.name) ||
      sink.into.words.some(({ partial }) => /^\/etc\/apt\/|keyrings\//.test(partial))))

const isInCache = (step: Step, file: string): boolean =>
  step.mounts.some(
    ({ type, options: { target } }) =>
      type === 'cache' && target !== undefined && isWithin(absolute(file), absolute(target)),
  )

function draftOf(step: Step, download: Download): Draft {
  const address = download.addresses[0] ?? ''
  const executed = isExecuted(step, download)
  const fate = executed
    ? ' and runs it'
    : download.sink.kind === 'pipe'
      ? ` into ${quote(download.sink.into.name)}`
      : ''
  const place =
    download.files[0] === undefined || download.files[0].includes('$') ? '/tmp/' : absolute(download.files[0], '/tmp')
  return {
    range: download.command.words[0]?.range ?? download.command.range,
    level: executed ? 'error' : 'warning',
    message: `This fetches ${quote(address, 120)}${fate}, and nothing checks what came. When the server has another file there tomorrow, the same commit builds another image, or runs a stranger's code, and nobody is told.`,
    fix: /^https?:/.test(address)
      ? {
          text: 'Let BuildKit fetch and check it, or compare its checksum in this RUN: `echo "<sha256>  <file>" | sha256sum -c -`.',
          snippet: `ADD --checksum=sha256:<sha256 of the file> ${address} ${place}`,
        }
      : {
          text: 'Compare the checksum of the file in this RUN, or name a fixed revision of it.',
          snippet: 'echo "<sha256>  <file>" | sha256sum -c -',
        },
    count: download.addresses.length,
  }
}

/** A later command of the RUN is the file, or an interpreter that is given it. */
function isExecuted({ script }: Step, { command, files }: Download): boolean {
  const names = files.map(fileNameOf).filter(name => name !== '' && !name.includes('$'))
  return script.commands.some(later => {
    if (later.range.start <= command.range.start) return false
    const program = programOf(later)
    const run = program?.kind === 'file' ? (program.word?.partial ?? '') : (later.words[0]?.partial ?? '')
    return (program?.kind === 'file' || run.includes('/')) && names.includes(fileNameOf(run))
  })
}
