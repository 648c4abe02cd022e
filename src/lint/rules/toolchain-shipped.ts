import type { ShellWord } from '../../dockerfile/shell.ts'
import { aptCommandsOf } from '../commands/apt.ts'
import type { Draft, Rule } from '../rule.ts'
import type { Step } from '../view.ts'
import { listed } from '../wording.ts'

export const toolchainShipped: Rule = {
  id: 'RG705',
  title: 'Compilers in the image that is shipped',
  level: 'notice',
  class: 'drift',
  on: false,
  check: view => view.steps.filter(({ stage }) => stage.reach.whole).flatMap(checkStep),
}

const toolchain =
  /^(build-essential|build-base|gcc|g\+\+|gcc-c\+\+|clang|llvm|cmake|ninja-build|ninja|golang|golang-go|go|rustc|rust|cargo|maven|gradle|default-jdk|openjdk-\d+-jdk|gfortran|nasm|bazel|autoconf|automake)(-\d+(\.\d+)?)?(=.*)?$/

function checkStep(step: Step): Draft[] {
  const words = step.script.commands.some(removes)
    ? []
    : installed(step).filter(({ value }) => toolchain.test(value ?? ''))
  const [first] = words
  if (first === undefined) return []
  return [
    {
      range: first.range,
      message: `${listed(words.map(({ partial }) => partial))} ${words.length === 1 ? 'comes into the image that is shipped, and with it all that it depends' : 'come into the image that is shipped, and with them all that they depend'} on. More packages mean more that may differ next week, and what is compiled here hangs on whatever compiler was newest.`,
      fix: {
        text: 'Compile in a stage of its own and copy only the result into the last stage.',
        snippet: 'COPY --from=builder /opt/venv /opt/venv',
      },
      count: words.length,
    },
  ]
}

const installed = (step: Step): ShellWord[] => [
  ...aptCommandsOf(step)
    .filter(({ action }) => action === 'install')
    .flatMap(({ packages }) => packages),
  ...step.script.commands.filter(({ name, words }) => adds(name, words)).flatMap(({ words }) => words.slice(2)),
]

const adds = (name: string, words: ShellWord[]): boolean =>
  (name === 'apk' && words.some(({ value }) => value === 'add')) ||
  (/^(yum|dnf|microdnf|zypper)$/.test(name) && words.some(({ value }) => value === 'install'))

/** What the RUN takes away again is not shipped. */
const removes = ({ words }: { words: ShellWord[] }): boolean =>
  words.slice(1).some(({ value }) => /^(purge|remove|autoremove|del|erase)$/.test(value ?? ''))
