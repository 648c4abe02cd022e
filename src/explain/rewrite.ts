import type { Instruction } from '../dockerfile/dockerfile.ts'

/** How an instruction's text is changed so that its result is the same in every build; null when its shape is not known. */
export type Rewrite = (text: string, instruction: Instruction) => string | null

/** `date` with a clock of its own: not followed by a fixed `-d`, `--date`, `-r` or `-s`. */
const dateCommand = /(^|[\s(`;&|])(date)(?=[\s)`;"']|$)(?![^\n)`;|&]*\s(?:-[a-zA-Z]*[drs]\b|--date|--reference|--set))/g

/** `date` reads the moment from SOURCE_DATE_EPOCH. */
export const dateFromEpoch: Rewrite = (text, instruction) => {
  if (instruction.keyword !== 'RUN' || instruction.json !== null) return null
  let count = 0
  const rewritten = text.replace(dateCommand, (whole, before: string, word: string, offset: number, all: string) => {
    const after = all.slice(offset + whole.length, offset + whole.length + 40)
    if (!/^(\s+(-u|-I|-R|--\w|\+|"\+|'\+)|\s*[)`])/.test(after) && !/^\s*[>|]/.test(after)) return whole
    count++
    return `${before}${word} ${/^\s+-u\b/.test(after) ? '' : '-u '}-d "@$SOURCE_DATE_EPOCH"`
  })
  return count > 0 ? rewritten : null
}

/** Adds a flag to every call of a command: `gzip` → `gzip -n`. */
export const withFlag =
  (command: string, flag: string): Rewrite =>
  (text, instruction) => {
    if (instruction.keyword !== 'RUN' || instruction.json !== null) return null
    const call = new RegExp(`(^|[\\s(;&|])(${command})(?= )`, 'g')
    let count = 0
    const rewritten = text.replace(call, (whole, before: string, word: string, offset: number, all: string) => {
      const previous = all.slice(0, offset + before.length).trimEnd()
      if (!/(?:^RUN|[;&|(]|\bthen|\bdo|\bxargs|-exec|--mount=\S+|\bRUN)(?:\s+[A-Za-z_]\w*=[^\s;&|]*)*$/i.test(previous))
        return whole
      const rest = all.slice(offset + whole.length).split(/[;&|\n]/, 1)[0] ?? ''
      if (rest.split(/\s+/).includes(flag)) return whole
      count++
      return `${before}${word} ${flag}`
    })
    return count > 0 ? rewritten : null
  }

/**
 * `d=$(mktemp -d -p /opt build.XXXXXX)` → `d=/opt/build && mkdir -p "$d"`, `f=$(mktemp /opt/cfg.XXXXXX)` → `f=/opt/cfg`,
 * `cd "$(mktemp -d)"` → `mkdir -p /tmp/work && cd /tmp/work`.
 * Null for any other shape.
 */
export const withFixedName: Rewrite = (text, { keyword, json }) => {
  if (keyword !== 'RUN' || json !== null || text.split('mktemp').length !== 2) return null
  const entered = /\bcd "?\$\(mktemp -d\)"?/
  if (entered.test(text)) return text.replace(entered, 'mkdir -p /tmp/work && cd /tmp/work')
  const call = /\b([A-Za-z_]\w*)="?(?:\$\(|`)mktemp( -d)?(?: -p ([\w./-]+))?(?: ([\w./-]*?)[.-]?X{3,})?(?:\)|`)"?/
  const match = call.exec(text)
  if (!match) return null
  const folder = match[3] ? `${match[3].replace(/\/$/, '')}/` : match[4]?.startsWith('/') ? '' : '/tmp/'
  const made = match[2] ? ` && mkdir -p "$${match[1]}"` : ''
  return text.replace(call, `$1=${folder}${match[4] || 'work'}${made}`)
}
