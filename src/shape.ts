/** What is done with every text of a value, and with bytes that stand in it as base64. */
export interface Texts {
  text: (text: string) => string
  base64: (text: string) => string
}

/**
 * What a part of report.json looks like, said once: for reading one that nobody vouches for, and for changing the free texts
 * of one of ours. Words that a program tells apart, digests and ids are no free texts.
 */
export interface Shape<T> {
  /** A copy of the value with what it must have, and nothing else. @throws ShapeProblem */
  read: (value: unknown, at: string) => T
  mapped: (value: T, texts: Texts) => T
  /** What stands for a field that is not there; without it the field is required. */
  absent?: { value: unknown } | 'left out'
}

/** Where a value is not what it must be. */
export class ShapeProblem extends Error {
  override readonly name = 'ShapeProblem'
}

const same = <T>(value: T): T => value

function refuse(at: string, what: string): never {
  throw new ShapeProblem(`${at === '' ? 'it' : at} is not ${what}`)
}

/** UTF-16 units. No text of ours is longer. */
const longest = 1024 ** 2

/** Free text. */
export const text = (max = longest): Shape<string> => ({
  read: (value, at) =>
    typeof value === 'string' && value.length <= max ? value : refuse(at, `a text of at most ${max} characters`),
  mapped: (value, texts) => texts.text(value),
})

/** A text that is told apart by programs: it is never masked. */
export const matching = (pattern: RegExp, what: string): Shape<string> => ({
  read: (value, at) => (typeof value === 'string' && pattern.test(value) ? value : refuse(at, what)),
  mapped: same,
})

export const base64 = (max: number): Shape<string> => ({
  read: (value, at) =>
    typeof value === 'string' && value.length <= max && /^[A-Za-z0-9+/]*={0,2}$/.test(value)
      ? value
      : refuse(at, 'base64 within its bounds'),
  mapped: (value, texts) => texts.base64(value),
})

/** One of a few values. */
export const oneOf = <const T extends string | number | boolean>(...values: readonly T[]): Shape<T> => ({
  read: (value, at) =>
    (values as readonly unknown[]).includes(value) ? (value as T) : refuse(at, `one of ${values.join(', ')}`),
  mapped: same,
})

export const number = (least = -Number.MAX_SAFE_INTEGER, most = Number.MAX_SAFE_INTEGER): Shape<number> => ({
  read: (value, at) =>
    typeof value === 'number' && value >= least && value <= most
      ? value
      : refuse(at, `a number from ${least} to ${most}`),
  mapped: same,
})

export const whole = (least = 0, most = Number.MAX_SAFE_INTEGER): Shape<number> => ({
  read: (value, at) =>
    Number.isInteger(value) && (value as number) >= least && (value as number) <= most
      ? (value as number)
      : refuse(at, `a whole number from ${least} to ${most}`),
  mapped: same,
})

export const nullable = <T>(shape: Shape<T>): Shape<T | null> => ({
  read: (value, at) => (value === null ? null : shape.read(value, at)),
  mapped: (value, texts) => (value === null ? null : shape.mapped(value, texts)),
})

export const list = <T>(shape: Shape<T>, most: number): Shape<T[]> => ({
  read: (value, at) =>
    Array.isArray(value) && value.length <= most
      ? value.map((one, index) => shape.read(one, `${at}[${index}]`))
      : refuse(at, `a list of at most ${most}`),
  mapped: (value, texts) => value.map(one => shape.mapped(one, texts)),
})

/** Keys that are nobody's choice but the writer's: at most 200, none that an object has of its own. */
export const record = <T>(shape: Shape<T>): Shape<Record<string, T>> => ({
  read: (value, at) => {
    const entries = isObject(value) ? Object.entries(value) : refuse(at, 'an object')
    if (entries.length > 200) refuse(at, 'an object of at most 200 keys')
    return Object.fromEntries(
      entries
        .filter(([key]) => key.length <= 200 && !(key in Object.prototype))
        .map(([key, one]) => [key, shape.read(one, `${at}.${plain(key)}`)]),
    )
  },
  mapped: (value, texts) =>
    Object.fromEntries(Object.entries(value).map(([key, one]) => [texts.text(key), shape.mapped(one, texts)])),
})

/** The shape of every field: one that is forgotten here does not compile. */
export type Fields<T> = {
  [K in keyof T]-?: Shape<Exclude<T[K], undefined>> & (Partial<Pick<T, K>> extends Pick<T, K> ? LeftOut : unknown)
}

interface LeftOut {
  absent: 'left out'
}

/** Unknown fields are dropped. */
export function object<T extends object>(fields: Fields<T>): Shape<T> {
  const all = Object.entries(fields) as [string, Shape<unknown>][]
  return {
    read: (value, at) => {
      const given = isObject(value) ? value : refuse(at, 'an object')
      const kept = all.flatMap(([key, shape]): [string, unknown][] => {
        const place = at === '' ? key : `${at}.${key}`
        if (Object.hasOwn(given, key)) return [[key, shape.read(given[key], place)]]
        if (shape.absent === undefined) refuse(place, 'there')
        return shape.absent === 'left out' ? [] : [[key, shape.absent.value]]
      })
      return Object.fromEntries(kept) as T
    },
    mapped: (value, texts) => {
      const given = value as Record<string, unknown>
      const kept = all.filter(([key]) => given[key] !== undefined)
      return Object.fromEntries(kept.map(([key, shape]) => [key, shape.mapped(given[key], texts)])) as T
    },
  }
}

/** A field that may be left out. */
export const optional = <T>(shape: Shape<T>): Shape<T> & LeftOut => ({ ...shape, absent: 'left out' })

/** A field that came later: what a report from before means by not having it. */
export const since = <T>(shape: Shape<T>, value: T): Shape<T> => ({
  ...shape,
  absent: { value },
})

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)

/** A key as a message may name it. */
const plain = (key: string): string => key.slice(0, 40).replace(/[^\w.-]/g, '?')
