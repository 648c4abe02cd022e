import type { ShellCommand } from '../../dockerfile/shell.ts'
import { downloadsOf } from '../commands/download.ts'
import { purposesOf } from '../commands/purpose.ts'
import { seesPipeFailure } from '../commands/shell-options.ts'
import { isVerified } from '../commands/verification.ts'
import type { Rule } from '../rule.ts'
import type { Step, View } from '../view.ts'
import { quote } from '../wording.ts'

export const pipeWithoutPipefail: Rule = {
  id: 'RG702',
  title: 'Pipeline that hides a failed download or install',
  level: 'notice',
  class: 'drift',
  on: false,
  check: view =>
    view.steps.flatMap(step => {
      if (!step.script.commands.some(({ pipesInto }) => pipesInto !== null)) return []
      const told = new Set<number>()
      return [...purposesOf(view, step)].flatMap(([command, purpose]) => {
        const reader = command.pipesInto
        // A check at the head of a pipeline hands its sum on to what decides.
        if (reader === null || purpose === 'verify' || told.has(command.pipeline)) return []
        if (command.inTest || command.hiddenBy !== null || seesPipeFailure(view, step, command)) return []
        // Half of a file does not have its checksum.
        if (purpose === 'download' && isChecked(view, step, command)) return []
        told.add(command.pipeline)
        return [
          {
            range: command.words[0]?.range ?? command.range,
            message: `${quote(command.name)} stands left of a pipe, and the shell only looks at how ${quote(reader.name)} went. When ${quote(command.name)} fails half way, the build may go on with half of what it gave.`,
            fix: {
              text: 'Let a pipeline fail when any part of it does, before the first RUN that has one; or write to a file first. In `sh` of Debian and Ubuntu there is no `pipefail`: name bash.',
              snippet: 'SHELL ["/bin/bash", "-o", "pipefail", "-c"]',
            },
          },
        ]
      })
    }),
}

const isChecked = (view: View, step: Step, command: ShellCommand): boolean =>
  downloadsOf(view, step).some(download => download.command === command && isVerified(step, download))
