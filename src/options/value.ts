import { type OptionEntry, type OptionName, optionTable } from './table.ts'

/** An option as whoever gave it knows it: the name of the input, and the flag where there is one. */
export const labelOf = (name: OptionName): string => {
  const { flag, on }: OptionEntry = optionTable[name]
  return on === 'action' ? name : `${name} (--${flag})`
}

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
  problems.push(`${labelOf(name)}: '${shown(text)}' is neither true nor false`)
  return false
}

/** Seconds: `45m`, `1h30m`, `90s`, `600`. */
export function secondsIn(name: OptionName, text: string | undefined, problems: string[]): number | undefined {
  if (text === undefined) return undefined
  const [, hours = '0', minutes = '0', seconds = '0'] =
    /^(?:(\d{1,4})h)?(?:(\d{1,6})m(?:in)?)?(?:(\d{1,7})s?)?$/.exec(text) ?? []
  const all = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
  // A timer cannot be set for longer.
  if (all > 0 && all <= 2_147_483) return all
  problems.push(`${labelOf(name)}: '${shown(text)}' is not a time such as 45m, 1h30m or 600 (seconds)`)
  return undefined
}

/** Bytes: `10g`, `500m`, `1.5gb`. */
export function bytesOf(name: OptionName, text: string | undefined, problems: string[]): number | undefined {
  if (text === undefined) return undefined
  const [, number = '', unit = ''] = /^(\d{1,15}(?:\.\d{1,6})?)\s*([kmgt]?)i?b?$/i.exec(text) ?? []
  const bytes = Math.floor(Number(number) * 1024 ** ['', 'k', 'm', 'g', 't'].indexOf(unit.toLowerCase()))
  if (bytes > 0) return bytes
  problems.push(`${labelOf(name)}: '${shown(text)}' is not a size such as 10g or 500m`)
  return undefined
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
