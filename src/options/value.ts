import { type OptionName, optionTable } from './table.ts'

/** Checks of single values: each gives the value, or pushes what is wrong with it and gives a harmless one. */

export function platformsIn(items: string[], problems: string[]): string[] {
  for (const item of items)
    if (!/^[a-z0-9]+\/[a-z0-9_]+(\/[a-z0-9.]+)?$/i.test(item))
      problems.push(`platforms (--platform): '${shown(item)}' is not OS/ARCH such as linux/amd64`)
  return [...new Set(items)]
}

export function epochIn(text: string | undefined, problems: string[]): 'commit' | number {
  if (text === undefined || text === '' || text === 'commit') return 'commit'
  // Git itself cannot go further, and a 12-digit value is milliseconds by mistake.
  if (/^\d{1,11}$/.test(text)) return Number(text)
  problems.push(
    `source-date-epoch (--source-date-epoch): '${shown(text)}' is neither 'commit' nor whole seconds since 1970 such as 1700000000`,
  )
  return 'commit'
}

export function booleanIn(name: OptionName, text: string | undefined, problems: string[]): boolean {
  if (text === undefined || /^(false|False|FALSE)$/.test(text)) return false
  if (/^(true|True|TRUE)$/.test(text)) return true
  problems.push(`${name} (--${optionTable[name].flag}): '${shown(text)}' is neither true nor false`)
  return false
}

/** A day of the calendar, as `2026-12-31`. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const day = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().slice(0, 10) === text
}

/** A user's value in a message: bounded, on one line. */
export const shown = (value: string): string => {
  const line = value.replace(/\p{Cc}+/gu, ' ')
  return line.length > 80 ? `${line.slice(0, 80)}…` : line
}
