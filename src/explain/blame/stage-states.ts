import type { Dockerfile, Instruction } from '../../dockerfile/dockerfile.ts'
import type { Sources } from './prefix.ts'
import { bytesText, prefixText } from './prefix.ts'
import type { Probe } from './probe.ts'

/** One image is not worth more builds than this, even cached ones. */
const probeLimit = 120

/** Files as they are after an instruction. */
export interface Places {
  after: Instruction
  paths: readonly string[]
}

type State = { state: string } | { reason: string }

/** How paths of a stage are right after an instruction, asked of the engine once each. */
export class StageStates {
  private readonly dockerfile: Dockerfile
  private readonly probe: Probe | undefined
  private readonly known = new Map<string, Promise<State>>()

  constructor(dockerfile: Dockerfile, probe: Probe | undefined) {
    this.dockerfile = dockerfile
    this.probe = probe
  }

  /**
   * Whether the paths differ between the sides right after the instruction; a text says why that is not known. `without`:
   * ONBUILD triggers of the last steps that are left out.
   */
  async differ(after: Instruction, sources: Sources, without: readonly Instruction[] = []): Promise<boolean | string> {
    const a = await this.state('A', after, sources, without)
    if ('reason' in a) return a.reason
    const b = await this.state('B', after, sources, without)
    return 'reason' in b ? b.reason : a.state !== b.state
  }

  /** Whether the paths are, on both sides, after one instruction (`without` triggers that are left out) as after the other. */
  async alike(
    one: Instruction,
    other: Instruction,
    sources: Sources,
    without: readonly Instruction[] = [],
  ): Promise<boolean> {
    if (one === other && without.length === 0) return true
    for (const side of ['A', 'B'] as const) {
      const [p, q] = [await this.state(side, one, sources, without), await this.state(side, other, sources)]
      if ('reason' in p || 'reason' in q || p.state !== q.state) return false
    }
    return true
  }

  /** Whether a step changed the paths on a side; not where that is not known. */
  async changed(before: Instruction, step: Instruction, sources: Sources): Promise<boolean> {
    let changed = false
    for (const side of ['A', 'B'] as const) {
      const [p, q] = [await this.state(side, before, sources), await this.state(side, step, sources)]
      if ('reason' in p || 'reason' in q) return false
      changed ||= p.state !== q.state
    }
    return changed
  }

  /**
   * Whether, on both sides, files after one instruction have the bytes of others after another, each of its own, and they differ;
   * a text says why that is not known.
   */
  async sameBytes(one: Places, other: Places): Promise<boolean | string> {
    const seen = new Set<string>()
    for (const side of ['A', 'B'] as const) {
      const p = await this.ask(side, bytesText(this.dockerfile, one.after, one.paths))
      const q = await this.ask(side, bytesText(this.dockerfile, other.after, other.paths))
      if ('reason' in p) return p.reason
      if ('reason' in q) return q.reason
      if (p.state === 'absent' || p.state !== q.state) return false
      seen.add(p.state)
    }
    return seen.size === 2
  }

  private state(
    side: 'A' | 'B',
    after: Instruction,
    sources: Sources,
    without: readonly Instruction[] = [],
  ): Promise<State> {
    return this.ask(side, prefixText(this.dockerfile, after, sources, without))
  }

  private ask(side: 'A' | 'B', text: string | null): Promise<State> {
    if (!this.probe) return Promise.resolve({ reason: 'the stages were not looked into' })
    if (text === null) return Promise.resolve({ reason: 'the Dockerfile cannot be cut there' })
    const key = `${side}\n${text}`
    const known = this.known.get(key)
    if (known) return known
    if (this.known.size >= probeLimit) return Promise.resolve({ reason: 'too many places to look at' })
    const answer = answerOf(this.probe, side, text)
    this.known.set(key, answer)
    return answer
  }
}

async function answerOf(probe: Probe, side: 'A' | 'B', text: string): Promise<State> {
  try {
    const result = await probe(side, text)
    // A COPY with a wildcard below a folder that is not there yet fails so: all else in the text was built before.
    if (result.kind === 'unknown' && /^lstat [^\n]*: no such file or directory\s*$/.test(result.reason))
      return { state: 'absent' }
    if (result.kind === 'unknown') return { reason: result.reason }
    return { state: result.kind === 'image' ? result.configDigest : 'absent' }
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) }
  }
}
