import type { ShellWord } from '../../dockerfile/shell.ts'
import { type AptCommand, aptCommandsOf, namesPackages } from '../commands/apt.ts'
import { hasOption } from '../commands/option-table.ts'
import type { DraftEdit, Rule } from '../rule.ts'
import { codeOf, type Step, someBefore, type View } from '../view.ts'
import { listed } from '../wording.ts'

export const aptRecommends: Rule = {
  id: 'RG205',
  title: 'Recommended packages are installed too',
  level: 'notice',
  class: 'drift',
  on: true,
  check: view =>
    view.steps.flatMap(step => {
      const found = aptCommandsOf(step).filter(takesRecommended)
      if (found.length === 0 || isSetElsewhere(view, step)) return []
      return found.map(apt => ({
        range: apt.head,
        message: `Besides ${listed(apt.packages.map(({ partial }) => partial)) || 'what it is told to'}, apt installs what these packages recommend. That list is the archive's choice, not yours: it changes without notice, and with it the image.`,
        fix: {
          text: `Add \`${optionOf(apt)}\`, and name the recommended packages that you do need.`,
          snippet: rewritten(apt),
        },
        edits: editsOf(view, apt),
      }))
    }),
}

function takesRecommended(apt: AptCommand): boolean {
  if (apt.action !== 'install' || !namesPackages(apt)) return false
  if (hasOption(apt, '--no-install-recommends', '--install-recommends', '--without-recommends', '--with-recommends'))
    return false
  if (apt.command.name === 'aptitude' && hasOption(apt, '-R', '-r')) return false
  if (apt.command.words.some(mayHoldOptions)) return false
  return !apt.options.some(
    ({ name, partial }) => (name === '-o' || name === '--option') && setsRecommends(partial ?? ''),
  )
}

/** `$APT_OPTS` and `"$@"` of which nobody knows what they hold. */
const mayHoldOptions = ({ value, variables }: ShellWord): boolean =>
  value === null && variables.some(name => /^[@*\d]$|opts|options?$|args$|flags$|params?$|recommend/i.test(name))

/** Any value set on purpose, or one that is not known, is the user's choice. */
const setsRecommends = (text: string): boolean => /APT::Install-Recommends/i.test(text)

/** An apt.conf of an earlier step, or of this RUN, or one that is copied in and may say it. */
const isSetElsewhere = (view: View, step: Step): boolean =>
  configuresRecommends(view, step) || someBefore(view, step, configuresRecommends)

function configuresRecommends(view: View, { instruction }: Step): boolean {
  const code = codeOf(view, instruction)
  if (instruction.keyword === 'RUN') return setsRecommends(code) || /APT_CONFIG/.test(code)
  if (instruction.keyword === 'ENV') return /APT_CONFIG/.test(code)
  const copies = instruction.keyword === 'COPY' || instruction.keyword === 'ADD'
  return copies && (setsRecommends(code) || /apt\.conf|\/etc\/apt\/?["'\]]*\s*$/.test(code))
}

/** aptitude has its own name for it. */
const optionOf = ({ command }: AptCommand): string =>
  command.name === 'aptitude' ? '--without-recommends' : '--no-install-recommends'

/** The same command on one line, with the option. */
function rewritten(apt: AptCommand): string {
  const words = apt.command.words.map(({ raw }) => raw)
  const at = apt.verb === null ? words.length : apt.command.words.indexOf(apt.verb) + 1
  return [...words.slice(0, at), optionOf(apt), ...words.slice(at)].join(' ').slice(0, 2000)
}

/** The option behind the word `install`, where that word is written out: alone, or as a string of the JSON form. */
function editsOf({ dockerfile }: View, apt: AptCommand): DraftEdit[] {
  const { verb } = apt
  if (verb?.value == null) return []
  const range = { start: verb.range.end, end: verb.range.end }
  const written = dockerfile.text.slice(verb.range.start, verb.range.end)
  if (written === verb.value) return [{ range, text: ` ${optionOf(apt)}` }]
  return written === `"${verb.value}"` && isString(dockerfile.text, verb.range.start)
    ? [{ range, text: `, "${optionOf(apt)}"` }]
    : []
}

/** Whether what starts there is a string in a JSON array, not a word that a shell reads. */
const isString = (text: string, start: number): boolean => /[[,]\s*$/.test(text.slice(Math.max(0, start - 200), start))
