import type { ShellCommand } from '../../dockerfile/shell.ts'
import type { Step } from '../view.ts'

const actions = /^(-[a-zA-Z]*[irP][a-zA-Z]*|--install|--unpack|--configure|--remove|--purge|--triggers-only)$/
/** They say something, or only take a package apart. */
const asks =
  /^(-[a-zA-Z]*[lLsSpxXceIWf][a-zA-Z]*|--(list|listfiles|status|search|extract|contents|info|dry-run|no-act|simulate))$/

/** The calls in a RUN that change what is installed without apt, and so write the log of dpkg. */
export const dpkgCommandsOf = (step: Step): ShellCommand[] => step.script.commands.filter(changesPackages)

function changesPackages({ name, words }: ShellCommand): boolean {
  const texts = words.slice(1).map(({ partial }) => partial)
  if (name === 'gdebi' || name === 'gdebi-core') return texts.some(text => !text.startsWith('-'))
  return name === 'dpkg' && texts.some(text => actions.test(text)) && !texts.some(text => asks.test(text))
}
