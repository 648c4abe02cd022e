import type { Dockerfile, Instruction } from '../../dockerfile/dockerfile.ts'
import { locate } from '../../dockerfile/position.ts'
import type { Evidence, Finding } from '../../finding.ts'
import { docsUrl } from '../../finding.ts'
import type { Comparison, ConfigDifference } from '../../image/comparison.ts'
import type { Image } from '../../image/image.ts'
import { pairHistories } from '../blame/history-lines.ts'
import { groupBy } from '../group.ts'
import { quoteUnlessSecret } from '../values/excerpt.ts'
import { argumentEvidence, distinctArguments, sourceWords, wordsOf } from './config-message.ts'
import type { Argument } from './config-source.ts'
import { argumentsBehind, settingField, settingKey } from './config-source.ts'

/** A difference of the config that is worth a finding of its own. */
interface ConfigCause {
  id: string
  instruction: Instruction | null
  name: string
  /** The build arguments that the value is made of. */
  behind: Argument[]
  evidence: Evidence
}

/**
 * Findings for what differs in the image config: labels, environment, history, dates. `lineage` are the instructions that
 * lead to the image. History follows from the rest and is only named when nothing else differs.
 */
export function explainConfig(
  comparison: Comparison,
  images: { a: Image; b: Image },
  dockerfile: Dockerfile,
  lineage: readonly Instruction[],
): Finding[] {
  const causes: ConfigCause[] = []
  // However many of its lines differ, the environment is one.
  let environmentToo = true
  for (const difference of comparison.config) {
    const [, section, part, ...rest] = difference.pointer.split('/').map(unescapePointer)
    if (section === 'history') continue
    if (section === 'config' && part === 'Labels') causes.push(...labels(difference, rest.join('/'), images, lineage))
    else if (section === 'config' && part === 'Env') {
      if (environmentToo) causes.push(...environmentCauses(difference, images, lineage))
      environmentToo = false
    } else causes.push(field(difference, [section ?? '', part ?? '', ...rest], lineage))
  }
  if (causes.length === 0 && comparison.layers.length === 0)
    causes.push(
      ...comparison.config.slice(0, 1).map(difference => historyOnly(difference, images, dockerfile, lineage)),
    )
  const unique = new Map(causes.map(cause => [`${cause.id} ${cause.instruction?.line} ${cause.name}`, cause]))
  return merge([...unique.values()], dockerfile, lineage.length > 0)
}

const unescapePointer = (part: string): string => part.replaceAll('~1', '/').replaceAll('~0', '~')

/** One finding for each cause and instruction. */
function merge(causes: readonly ConfigCause[], dockerfile: Dockerfile, fromDockerfile: boolean): Finding[] {
  const groups = groupBy(causes, cause => `${cause.id} ${cause.instruction?.range.start}`)
  return [...groups.values()].map(group => {
    const [first] = group as [ConfigCause]
    const behind = distinctArguments(group.flatMap(cause => cause.behind))
    const names = group.map(cause => cause.name).join(', ')
    const words = wordsOf(first.id, names)
    return {
      id: first.id,
      source: 'comparison' as const,
      level: 'error' as const,
      class: 'now' as const,
      title: words.title,
      message: [words.message, ...sourceWords(first, behind, fromDockerfile)].join(' '),
      ...(first.instruction ? { location: wholeLines(dockerfile, first.instruction) } : {}),
      paths: [],
      count: group.length,
      confidence: 'certain' as const,
      evidence: [...group.slice(0, 10).map(cause => cause.evidence), ...argumentEvidence(behind)],
      fix: words.fix,
      docs: docsUrl(first.id),
    }
  })
}

/** The lines of an instruction; of one that stands in one line, its columns, too. */
export function wholeLines(dockerfile: Dockerfile, instruction: Instruction): NonNullable<Finding['location']> {
  const { file, line, endLine, column, endColumn } = locate(dockerfile, instruction.range)
  const lines = { file, line: instruction.line, endLine: instruction.endLine }
  const inOneLine =
    line === instruction.line && endLine === instruction.endLine && column !== undefined && endColumn !== undefined
  return inOneLine ? { ...lines, column, endColumn } : lines
}

const evidenceOf = (what: string, difference: Pick<ConfigDifference, 'pointer' | 'a' | 'b'>): Evidence => ({
  what,
  path: difference.pointer,
  a: difference.a === undefined ? '(none)' : quoteUnlessSecret(difference.a, difference.pointer),
  b: difference.b === undefined ? '(none)' : quoteUnlessSecret(difference.b, difference.pointer),
})

function labels(
  difference: ConfigDifference,
  key: string,
  images: { a: Image; b: Image },
  lineage: readonly Instruction[],
): ConfigCause[] {
  const keys = key !== '' ? [key] : differingKeys(recordOf(images.a, 'Labels'), recordOf(images.b, 'Labels'))
  return keys.map(name => ({
    id: 'config-label',
    name,
    ...setBy(lineage, 'LABEL', name),
    evidence: evidenceOf(
      `label ${name}`,
      key !== ''
        ? difference
        : sides(`/config/Labels/${name}`, recordOf(images.a, 'Labels')[name], recordOf(images.b, 'Labels')[name]),
    ),
  }))
}

function setBy(
  lineage: readonly Instruction[],
  keyword: string,
  key: string,
): Pick<ConfigCause, 'instruction' | 'behind'> {
  const instruction = settingKey(lineage, keyword, key)
  return { instruction, behind: instruction ? argumentsBehind(instruction, lineage, key) : [] }
}

/** Where no variable has another value, their order differs, or one is set a second time. */
function environmentCauses(
  difference: ConfigDifference,
  images: { a: Image; b: Image },
  lineage: readonly Instruction[],
): ConfigCause[] {
  const found = variables(images, lineage)
  if (found.length > 0) return found
  const evidence = evidenceOf(
    'the same variables with the same values, in another order or more than once; the first place',
    difference,
  )
  return [{ id: 'config-field', name: 'Env', instruction: null, behind: [], evidence }]
}

function variables(images: { a: Image; b: Image }, lineage: readonly Instruction[]): ConfigCause[] {
  const [a, b] = [environment(images.a), environment(images.b)]
  const keys = differingKeys(a, b)
  return keys.map(name => ({
    id: 'config-env',
    name,
    ...setBy(lineage, 'ENV', name),
    evidence: evidenceOf(`variable ${name}`, sides(`/config/Env/${name}`, a[name], b[name])),
  }))
}

const sides = (pointer: string, a: unknown, b: unknown): ConfigDifference => ({
  pointer,
  a: a === undefined ? undefined : String(a),
  b: b === undefined ? undefined : String(b),
})

const differingKeys = (a: Record<string, unknown>, b: Record<string, unknown>): string[] =>
  [...new Set([...Object.keys(a), ...Object.keys(b)])].filter(key => a[key] !== b[key]).slice(0, 50)

function recordOf(image: Image, field: string): Record<string, unknown> {
  const value = image.config.config?.[field]
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}

function environment(image: Image): Record<string, string> {
  const value = image.config.config?.Env
  const entries = (Array.isArray(value) ? value : []).filter(item => typeof item === 'string')
  return Object.fromEntries(entries.map(item => [item.split('=', 1)[0] ?? '', item.slice(item.indexOf('=') + 1)]))
}

function field(
  difference: ConfigDifference,
  [section = '', part = '', ...rest]: readonly string[],
  lineage: readonly Instruction[],
): ConfigCause {
  const name = section === 'config' ? part : section
  const key = rest.join('/')
  const values = [difference.a, difference.b].flatMap(value => (value === undefined ? [] : [bareText(value)]))
  const instruction = settingField(lineage, name, key, values)
  return {
    id: name === 'created' ? 'config-created' : 'config-field',
    name: key !== '' && (name === 'ExposedPorts' || name === 'Volumes') ? `${name} ${key}` : name,
    instruction,
    behind: instruction ? argumentsBehind(instruction, lineage) : [],
    evidence: evidenceOf(`field ${difference.pointer}`, difference),
  }
}

/** `"text"` → `text`. */
function bareText(json: string): string {
  try {
    return String(JSON.parse(json))
  } catch {
    return json
  }
}

/**
 * The history text of two equal-looking images: the ARG whose value it shows; where there is none, the builders wrote down
 * the same instruction in two ways, as versions of BuildKit do.
 */
function historyOnly(
  difference: ConfigDifference,
  images: { a: Image; b: Image },
  dockerfile: Dockerfile,
  lineage: readonly Instruction[],
): ConfigCause {
  const [a, b] = [images.a, images.b].map(image => image.config.history ?? [])
  const at = (a ?? []).findIndex((entry, index) => entry.created_by !== b?.[index]?.created_by)
  const [textA, textB] = [a?.[at]?.created_by ?? '', b?.[at]?.created_by ?? '']
  const name = [...textA.matchAll(/\b([A-Za-z_]\w*)=(\S*)/g)].find(([whole]) => !textB.includes(whole ?? ''))?.[1]
  const argument = name
    ? lineage.findLast(({ keyword, words }) => keyword === 'ARG' && words.some(({ raw }) => raw.split('=')[0] === name))
    : undefined
  const isWording = isSetting(textA) && isSetting(textB) && keywordOf(textA) === keywordOf(textB)
  const evidence = at >= 0 ? { pointer: `/history/${at}/created_by`, a: textA, b: textB } : difference
  return {
    id: 'config-history',
    name: isWording ? '' : (name ?? 'history'),
    instruction: isWording ? tellsOf(textA, textB, images, dockerfile, lineage) : (argument ?? null),
    behind: [],
    evidence: evidenceOf('history', evidence),
  }
}

const keywordOf = (text: string): string => text.split(' ', 1)[0] ?? ''

/** Instructions that say nothing but settings: where those are equal, so is what both texts mean. */
const isSetting = (text: string): boolean =>
  /^(?:HEALTHCHECK|CMD|ENTRYPOINT|EXPOSE|VOLUME|USER|STOPSIGNAL|SHELL|ONBUILD|WORKDIR) /.test(text)

/** The instruction that both texts tell of. */
const tellsOf = (
  textA: string,
  textB: string,
  { a, b }: { a: Image; b: Image },
  dockerfile: Dockerfile,
  lineage: readonly Instruction[],
): Instruction | null =>
  pairHistories(a, b, dockerfile, lineage).find(pair => pair.a?.created_by === textA && pair.b?.created_by === textB)
    ?.instruction ?? null
