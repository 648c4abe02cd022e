import type { ShellCommand } from '../../dockerfile/shell.ts'
import { namesItsContent } from '../commands/address.ts'
import { type Download, downloadsOf, longestPipe } from '../commands/download.ts'
import { programOf } from '../commands/program.ts'
import { isVerified } from '../commands/verification.ts'
import type { Rule } from '../rule.ts'
import { quote } from '../wording.ts'

export const pipeToShell: Rule = {
  id: 'RG402',
  title: 'Script from the network is run unseen',
  level: 'error',
  class: 'drift',
  on: true,
  check: view =>
    view.steps.flatMap(step =>
      downloadsOf(view, step).flatMap(download => {
        const runner = runnerOf(download)
        if (runner === null || download.addresses.every(namesItsContent) || isVerified(step, download)) return []
        const address = download.addresses[0] ?? ''
        return [
          {
            range: download.command.words[0]?.range ?? download.command.range,
            message: `What ${quote(address, 120)} serves at that moment goes straight into ${quote(runner.name)}. The script may change at any time, and usually installs whatever is newest: the same commit builds another image, and nobody can tell what ran.`,
            fix: {
              text: 'Fetch the script of one version, check it, then run it; or better, take the package or the image that the script installs, by version.',
              snippet: `ADD --checksum=sha256:<sha256 of the script> ${address} /tmp/install.sh`,
            },
          },
        ]
      }),
    ),
}

/** The interpreter that takes the download as its program; null when none does. */
export function runnerOf({ command, sink }: Download): ShellCommand | null {
  if (sink.kind === 'pipe') {
    let at: ShellCommand | null = sink.into
    for (let hops = 0; at !== null && hops < longestPipe; hops++, at = at.pipesInto) {
      if (programOf(at)?.kind === 'input') return at
      if (at.substitutionIn !== null && at.pipesInto === null)
        return runsSubstitution(at.substitutionIn) ? at.substitutionIn : null
    }
    return null
  }
  if (sink.kind !== 'substitution' || command.substitutionIn === null) return null
  return runsSubstitution(command.substitutionIn) ? command.substitutionIn : null
}

/** `sh -c "$(…)"`, `bash <(…)`, `eval "$(…)"`, `. <(…)`, `python <<< "$(…)"`: the output is the whole program. */
function runsSubstitution(command: ShellCommand): boolean {
  const program = programOf(command)
  if (program === null) return false
  if (program.kind === 'input')
    return command.redirects.some(({ operator, target }) => operator === '<<<' && target.partial.trim() === '$(…)')
  return program.word?.partial.trim() === '$(…)'
}
