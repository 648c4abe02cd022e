import type { Comparison } from '../../image/comparison.ts'
import type { Image } from '../../image/image.ts'

/** The differing fields of two configs as one names them (`config.Labels["build-date"]`), in backticks; history aside. */
export function configWords(comparison: Comparison, imageA: Image, imageB: Image): string[] {
  // However many of its lines differ, the environment is read once.
  let changed: string[] | null = null
  const words = comparison.config.flatMap(({ pointer }) => {
    if (/^\/history(?:\/|$)/.test(pointer)) return []
    if (!/^\/config\/Env(?:\/|$)/.test(pointer)) return [fieldName(pointer)]
    if (changed !== null) return []
    changed = variables(imageA, imageB)
    return changed
  })
  return [...new Set(words)]
}

/** The field a JSON pointer points to, as a program would write it, in backticks. */
export const fieldName = (pointer: string): string => quoted(dotted(pointer.slice(1).split('/').map(unescaped)))

const unescaped = (part: string): string => part.replaceAll('~1', '/').replaceAll('~0', '~')

/** Variables stand in a list, by number; people know them by name. */
function variables(imageA: Image, imageB: Image): string[] {
  const [a, b] = [environment(imageA), environment(imageB)]
  const names = [...new Set([...a.keys(), ...b.keys()])].filter(name => a.get(name) !== b.get(name))
  return names.length > 0
    ? names.map(name => quoted(dotted(['config', 'Env', name])))
    : [`${isReordered(imageA, imageB) ? 'the order of' : 'how often a variable stands in'} ${quoted('config.Env')}`]
}

/** The same items on both sides; else one is set a second time. */
function isReordered(...images: readonly Image[]): boolean {
  const [a, b] = images.map(image => JSON.stringify([...itemsOf(image)].sort()))
  return a === b
}

function itemsOf({ config }: Image): string[] {
  const value = config.config?.Env
  return (Array.isArray(value) ? value : []).filter(item => typeof item === 'string').slice(0, 5000)
}

function environment(image: Image): Map<string, string> {
  return new Map(itemsOf(image).map(item => [item.split('=', 1)[0] ?? '', item]))
}

const dotted = (parts: readonly string[]): string =>
  parts
    .map((part, at) => {
      if (/^\d+$/.test(part)) return `[${part}]`
      if (/^[A-Za-z_]\w*$/.test(part)) return at === 0 ? part : `.${part}`
      return `[${JSON.stringify(part.slice(0, 100))}]`
    })
    .join('')

const quoted = (text: string): string => `\`${text.replaceAll('`', "'").slice(0, 160)}\``
