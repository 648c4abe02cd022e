import type { Dockerfile, Instruction } from '../dockerfile/dockerfile.ts'
import type { Fix } from '../finding.ts'
import type { Remedy } from './cause.ts'
import { withChange } from './change.ts'

const snippetLimit = 4_000
/** Programs that need their folder under /var/log when they start. */
const logKeepers =
  /\b(?:nginx|apache2|httpd|lighttpd|mysql|mariadb|postgresql|redis|squid|exim4?|postfix|rabbitmq|supervisor|clamav|tomcat\d*|mongodb|varnish|haproxy|samba|cups|munin|ntp|chrony|unbound|bind9|dovecot|fail2ban|sysstat)\b/

/**
 * The fix of one cause at one instruction. `remedies` are those of all causes at that instruction, so that what is to be
 * deleted stands in one line to paste for all of them.
 */
export function composeFix(
  own: Remedy,
  remedies: readonly Remedy[],
  instruction: Instruction | null,
  dockerfile: Dockerfile,
): Fix {
  const fix = fixOf(own, remedies, instruction, dockerfile)
  const declare = remedies.some(remedy => remedy.needsEpoch) && !declaresEpoch(dockerfile, instruction)
  return withChange(fix, instruction, dockerfile, declare)
}

function fixOf(own: Remedy, remedies: readonly Remedy[], instruction: Instruction | null, dockerfile: Dockerfile): Fix {
  const text = instruction ? dockerfile.text.slice(instruction.range.start, instruction.range.end) : ''
  if (own.remove?.length || own.append?.length) {
    const epoch =
      remedies.some(remedy => remedy.append?.length && remedy.needsEpoch) && !declaresEpoch(dockerfile, instruction)
    const fix = appendage(own, commandsOf(remedies, text), instruction, text)
    return epoch ? { ...fix, text: `${fix.text} Put \`ARG SOURCE_DATE_EPOCH\` above the instruction.` } : fix
  }
  const snippet = pasteable(own, remedies, instruction, text, dockerfile)
  return snippet === undefined ? { text: own.text } : { text: own.text, snippet }
}

const order = ['/var/lib/apt/lists/*', '/var/log/*', '/var/cache/ldconfig/aux-cache', '/var/cache/apt/*.bin']

function pathsToRemove(remedies: readonly Remedy[], text: string): string[] {
  const wanted = new Set(remedies.flatMap(remedy => remedy.remove ?? []))
  if (
    [...wanted].some(path => path.startsWith('/var/cache/apt') || path === '/var/log/*') &&
    /\bapt(?:-get)? /.test(text)
  )
    wanted.add('/var/lib/apt/lists/*')
  const rank = (path: string): number => (order.indexOf(path) + order.length + 1) % (order.length + 1)
  const sorted = [...wanted].sort((a, b) => rank(a) - rank(b))
  return sorted.flatMap(path => {
    if (!path.endsWith('/var/log/*') || !logKeepers.test(text)) return [path]
    const folder = path.slice(0, -'/*'.length)
    return ['apt', 'dpkg.log', 'alternatives.log'].map(name => `${folder}/${name}`)
  })
}

/** What to run at the end of the instruction for all its causes: one deletion for all of them, then the rest. */
function commandsOf(remedies: readonly Remedy[], text: string): string {
  const paths = pathsToRemove(remedies, text)
  const rest = [...new Set(remedies.flatMap(remedy => remedy.append ?? []))]
  return [...(paths.length > 0 ? [`rm -rf ${paths.map(quotePath).join(' ')}`] : []), ...rest].join(' && ')
}

function appendage(own: Remedy, command: string, instruction: Instruction | null, text: string): Fix {
  if (instruction?.keyword !== 'RUN') return { text: own.text, snippet: command }
  if (instruction.json !== null) {
    const [shell, flag, script, ...rest] = instruction.json
    if (!shell || !flag?.endsWith('c') || script === undefined || rest.length > 0) return { text: own.text }
    return { text: own.text, snippet: `RUN ${JSON.stringify([shell, flag, `${script} && ${command}`])}` }
  }
  if (instruction.heredocs.length > 0)
    return { text: `${own.text} Add the line at the end of the heredoc.`, snippet: command }
  const open = /[;&]\s*$/.test(text.trimEnd()) && !/&&\s*$/.test(text.trimEnd())
  return {
    text: `${own.text} Append the line to the RUN of line ${instruction.line} (with a \`\\\` at the end of the line before it).`,
    snippet: open ? command : `&& ${command}`,
  }
}

/** A path of the image (without a leading slash) as one absolute shell word. */
export const shellPath = (path: string): string => {
  const absolute = `/${path}`
  return /^[\w./+@%:,=-]+$/.test(absolute) ? absolute : `'${absolute.replaceAll("'", `'\\''`)}'`
}

/** A path as a shell word; patterns and a quoted beginning stay as they are. */
function quotePath(path: string): string {
  return /^[\w./*?+@%:,~"${}=-]+$/.test(path) ? path : `'${path.replaceAll("'", `'\\''`)}'`
}

/** The instruction with the changes of all causes that change its text, `own` at least. */
function pasteable(
  own: Remedy,
  remedies: readonly Remedy[],
  instruction: Instruction | null,
  text: string,
  dockerfile: Dockerfile,
): string | undefined {
  const declare = remedies.some(remedy => remedy.needsEpoch) && !declaresEpoch(dockerfile, instruction)
  const mine = instruction && own.rewrite ? own.rewrite(text, instruction) : null
  const rewritten = instruction && mine !== null ? rewriteAll(own, remedies, instruction, mine) : null
  if (rewritten !== null && (rewritten !== text || declare) && rewritten.length <= snippetLimit)
    return declare ? `ARG SOURCE_DATE_EPOCH\n${rewritten.trimEnd()}` : rewritten.trimEnd()
  if (own.needsEpoch === true && own.snippet === 'ARG SOURCE_DATE_EPOCH' && !declare) return undefined
  return own.snippet
}

function rewriteAll(own: Remedy, remedies: readonly Remedy[], instruction: Instruction, mine: string): string {
  return remedies
    .filter(remedy => remedy !== own && remedy.rewrite && !remedy.remove?.length)
    .reduce((text, remedy) => remedy.rewrite?.(text, instruction) ?? text, mine)
}

/** Whether the stage says `ARG SOURCE_DATE_EPOCH` (or an ENV of that name) before the instruction. */
function declaresEpoch(dockerfile: Dockerfile, instruction: Instruction | null): boolean {
  const stage = instruction?.stage === null || instruction === null ? undefined : dockerfile.stages[instruction.stage]
  return (stage?.instructions ?? []).some(
    other =>
      (other.keyword === 'ARG' || other.keyword === 'ENV') &&
      other.range.start < (instruction?.range.start ?? 0) &&
      other.words.some(word => /^SOURCE_DATE_EPOCH\b/.test(word.raw)),
  )
}
