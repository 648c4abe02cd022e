import type { ShellCommand } from '../../dockerfile/shell.ts'
import { programOf, pythons } from '../commands/program.ts'
import { purposesOf } from '../commands/purpose.ts'
import type { Draft, Rule } from '../rule.ts'
import { type Step, someBefore, type View } from '../view.ts'
import { quote } from '../wording.ts'

export const networkAfterInstall: Rule = {
  id: 'RG706',
  title: 'Network where none is needed any more',
  level: 'notice',
  class: 'drift',
  on: false,
  check: view => view.steps.flatMap(step => checkStep(view, step)),
}

/** A RUN that works on what is there: compiles, or runs own code, after what it needs was fetched. */
function checkStep(view: View, step: Step): Draft[] {
  const { instruction, script } = step
  if (instruction.keyword !== 'RUN' || instruction.flags.some(({ name }) => name === 'network')) return []
  if (script.interpreter !== 'shell' || script.errors > 0 || fetches(view, step)) return []
  if (step.mounts.some(({ type }) => type === 'ssh' || type === 'secret')) return []
  // `make install` alone may be how a project calls its package manager; after `make` it puts what was compiled in place.
  const makes = script.commands.filter(({ name }) => name === 'make')
  if (makes.length === 1 && makes[0]?.words.some(({ value }) => value === 'install')) return []
  const worker = script.commands.find(worksOffline)
  if (worker === undefined || !someBefore(view, step, fetches)) return []
  if (script.commands.some(command => command !== worker && !worksOffline(command) && !harmless.test(command.name)))
    return []
  const end = instruction.keywordRange.end
  return [
    {
      range: worker.words[0]?.range ?? worker.range,
      message: `By what stands here ${quote(worker.name)} needs nothing from the network, yet it could fetch whatever it likes, today this and tomorrow that. Without a network a build that fetches unseen fails at once, instead of differing next week.`,
      fix: {
        text: 'Run it without a network.',
        snippet: `${view.dockerfile.text.slice(instruction.keywordRange.start, end)} --network=none …`,
      },
    },
  ]
}

const fetches = (view: View, step: Step): boolean =>
  step.instruction.keyword === 'RUN' &&
  [...purposesOf(view, step)].some(
    ([command, purpose]) =>
      purpose === 'install' || purpose === 'download' || (purpose === 'build' && !worksOffline(command)),
  )

/** Programs that compile or run what is there; package managers that build may fetch first. */
function worksOffline(command: ShellCommand): boolean {
  if (command.name === 'make') return command.words.slice(1).every(({ partial }) => usualTargets.test(partial))
  if (/^(ninja|gcc|g\+\+|cc|clang|nvcc|javac|pytest)$/.test(command.name)) return true
  if (!pythons.test(command.name)) return false
  const program = programOf(command)
  if (program?.kind === 'module') return /^(compileall|pytest|unittest)$/.test(program.word?.value ?? '')
  return (
    program?.kind === 'file' &&
    /(^|\/)setup\.py$/.test(program.word?.value ?? '') &&
    command.words.some(({ value }) => value === 'build_ext')
  )
}

/** `make`, `make -j8 -C /src install`; what a target of another name does nobody can tell from here. */
const usualTargets = /^(-.*|all|install|\d+|\.{0,2}\/.*|[A-Z_]+=.*|[\w.-]*(\/[\w./-]*)|\$.*)$/

const harmless =
  /^(|:|cd|set|export|mkdir|rm|cp|mv|ln|chmod|chown|touch|echo|printf|true|test|\[|\[\[|find|strip|ldconfig|install|cat|ls|pwd|sed|grep)$/
