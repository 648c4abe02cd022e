import type { Instruction } from '../../dockerfile/dockerfile.ts'
import { pairsOf } from '../../dockerfile/pairs.ts'

const keywordOfField: Record<string, string> = {
  Cmd: 'CMD',
  Entrypoint: 'ENTRYPOINT',
  User: 'USER',
  WorkingDir: 'WORKDIR',
  ExposedPorts: 'EXPOSE',
  Volumes: 'VOLUME',
  StopSignal: 'STOPSIGNAL',
  Healthcheck: 'HEALTHCHECK',
  Shell: 'SHELL',
  OnBuild: 'ONBUILD',
  author: 'MAINTAINER',
}

/** The instruction that sets a field of the config: the last one, of ports, volumes and triggers the one that names the value. */
export function settingField(
  lineage: readonly Instruction[],
  field: string,
  key: string,
  values: readonly string[],
): Instruction | null {
  const keyword = keywordOfField[field]
  const own = lineage.filter(instruction => instruction.keyword === keyword)
  if (own.length === 0) return null
  if (field === 'ExposedPorts' || field === 'Volumes') return namingValue(own, [key, key.replace(/\/(?:tcp|udp)$/, '')])
  if (field === 'OnBuild') return own[Number(key)] ?? namingValue(own, values)
  if (field !== 'WorkingDir') return own.at(-1) ?? null
  // Relative ones build upon the one before: the one that has a variable, else the last absolute one.
  const last = own.findLastIndex(({ words }) => words[0]?.raw.startsWith('/'))
  const chain = own.slice(Math.max(0, last))
  return chain.findLast(instruction => variablesIn(instruction.logical.text).length > 0) ?? chain.at(-1) ?? null
}

/** The instruction with one of these texts as a word; else the last one with a variable, which may have become the value. */
function namingValue(own: readonly Instruction[], values: readonly string[]): Instruction | null {
  const words = (instruction: Instruction): string[] =>
    instruction.json ?? instruction.words.map(({ raw }) => raw.replace(/^["']|["']$/g, ''))
  return (
    own.findLast(instruction => words(instruction).some(word => values.includes(word))) ??
    own.findLast(instruction => variablesIn(instruction.logical.text).length > 0) ??
    own.at(-1) ??
    null
  )
}

const bare = (name: string): string => name.replace(/^["']|["']$/g, '')

/** The last LABEL or ENV that sets a key, in either form (`key=value …`, `key value`). */
export const settingKey = (lineage: readonly Instruction[], keyword: string, key: string): Instruction | null =>
  lineage.findLast(
    instruction => instruction.keyword === keyword && pairsOf(instruction).some(pair => bare(pair.name) === key),
  ) ?? null

/** A build argument that a value is made of. */
export interface Argument {
  name: string
  instruction: Instruction
}

/** Docker replaces no variables in the others when it builds. */
const expanding = new Set(['LABEL', 'ENV', 'USER', 'WORKDIR', 'EXPOSE', 'VOLUME', 'STOPSIGNAL', 'ARG'])

/**
 * The build arguments that the value of an instruction is made of, through ENV and defaults of other ARGs.
 * @param key the name in a LABEL or ENV of several
 */
export function argumentsBehind(instruction: Instruction, lineage: readonly Instruction[], key?: string): Argument[] {
  const found: Argument[] = []
  const waiting = [{ instruction, key }]
  const seen = new Set<string>()
  for (let next = waiting.shift(); next && seen.size < 200; next = waiting.shift()) {
    const { instruction: at, key: name } = next
    if (!expanding.has(at.keyword)) continue
    const before = lineage.slice(0, lineage.indexOf(at))
    for (const variable of variablesIn(valueText(at, name))) {
      const declaring = before.findLast(
        other =>
          (other.keyword === 'ARG' || other.keyword === 'ENV') && pairsOf(other).some(pair => pair.name === variable),
      )
      if (!declaring || seen.has(`${declaring.range.start} ${variable}`)) continue
      seen.add(`${declaring.range.start} ${variable}`)
      if (declaring.keyword === 'ARG') found.push({ name: variable, instruction: declaring })
      waiting.push({ instruction: declaring, key: variable })
    }
  }
  return found
}

const valueText = (instruction: Instruction, key: string | undefined): string =>
  key === undefined
    ? instruction.logical.text
    : pairsOf(instruction)
        .filter(pair => bare(pair.name) === key)
        .map(pair => pair.value?.raw ?? '')
        .join(' ')

/** Names of the variables in a text, at most 100. */
function variablesIn(text: string): string[] {
  const names = [...text.slice(0, 20_000).matchAll(/(?<!\\)\$(?:\{([A-Za-z_]\w{0,200})|([A-Za-z_]\w{0,200}))/g)]
  return [...new Set(names.map(match => match[1] ?? match[2] ?? ''))].slice(0, 100)
}
