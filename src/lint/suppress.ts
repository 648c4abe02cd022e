import type { Instruction } from '../dockerfile/dockerfile.ts'
import { locate } from '../dockerfile/position.ts'
import type { Finding } from '../finding.ts'
import { configIgnoresFor, hasExpired } from './config-ignores.ts'
import { type Suppression, suppressionsOf } from './ignore-comments.ts'
import { commentFindings } from './ignore-findings.ts'
import type { Ignored } from './lint.ts'
import type { ConfigIgnore, LintSettings } from './settings.ts'
import type { View } from './view.ts'

export { suppressionFindings } from './ignore-findings.ts'

export interface Found {
  finding: Finding
  /** Where its word starts in the Dockerfile, even if the finding is shown elsewhere. */
  start: number
}

export interface Answered {
  kept: Finding[]
  ignored: Ignored[]
  /** What is wrong about the ignores in the Dockerfile. */
  notices: Finding[]
  /** Rules that an ignore of the configuration file answered here. */
  byConfig: ReadonlyMap<ConfigIgnore, ReadonlySet<string>>
}

/**
 * Parts what was found into what stays and what somebody answered: in the Dockerfile, or else in the configuration.
 * @param asked ids of the rules that ran: of others nobody knows whether they would find anything
 */
export function applySuppressions(
  view: View,
  found: readonly Found[],
  settings: LintSettings,
  asked: ReadonlySet<string>,
): Answered {
  const comments = suppressionsOf(view.dockerfile, settings.hadolintIgnores)
  const index = new CommentIndex(comments.filter(comment => !hasExpired(comment, settings.today)))
  const configured = configIgnoresFor(view, settings)
  const instructionAt = instructionFinder(view.dockerfile.instructions)
  const byConfig = new Map<ConfigIgnore, Set<string>>()
  const kept: Finding[] = []
  const ignored: Ignored[] = []
  for (const { finding, start } of found) {
    const comment = index.answer(finding.id, instructionAt(start))
    const ignores = configured(finding, start)
    for (const ignore of ignores) byConfig.set(ignore, (byConfig.get(ignore) ?? new Set()).add(finding.id))
    if (comment !== null) {
      ignored.push({ finding, reason: comment.reason, by: locate(view.dockerfile, comment.range) })
    } else if (ignores[0] !== undefined) {
      ignored.push({ finding, reason: ignores[0].reason, by: ignores[0].at })
    } else kept.push(finding)
  }
  const used = (comment: Suppression, id: string): boolean => index.hasAnswered(id, comment.instruction)
  return { kept, ignored, notices: commentFindings(view, comments, { used, asked, today: settings.today }), byConfig }
}

type Scope = Suppression['instruction']

/** The ignores in comments by what they are about: a file may have as many of them as findings. */
class CommentIndex {
  readonly #byScope = new Map<Scope, Map<string, { first: Suppression; used: boolean }>>()

  constructor(comments: readonly Suppression[]) {
    for (const comment of comments) {
      const known = this.#byScope.get(comment.instruction) ?? new Map<string, { first: Suppression; used: boolean }>()
      this.#byScope.set(comment.instruction, known)
      for (const id of comment.ids) {
        const entry = known.get(id)
        // Our own comment has the better reason.
        if (entry === undefined || (entry.first.hadolint && !comment.hadolint))
          known.set(id, { first: comment, used: false })
      }
    }
  }

  /** The nearest ignore that answers it; those of the whole file count as used, too. */
  answer(id: string, instruction: Instruction | null): Suppression | null {
    const near = instruction === null ? undefined : this.#byScope.get(instruction)?.get(id)
    const wide = this.#byScope.get(null)?.get(id)
    for (const entry of [near, wide]) if (entry !== undefined) entry.used = true
    return near?.first ?? wide?.first ?? null
  }

  hasAnswered(id: string, scope: Scope): boolean {
    return scope !== 'nothing' && this.#byScope.get(scope)?.get(id)?.used === true
  }
}

/** Instructions are in the order of the file. */
function instructionFinder(instructions: readonly Instruction[]): (offset: number) => Instruction | null {
  return offset => {
    let [low, high] = [0, instructions.length - 1]
    while (low <= high) {
      const middle = (low + high) >> 1
      const instruction = instructions[middle]
      if (instruction === undefined) return null
      if (offset < instruction.range.start) high = middle - 1
      else if (offset > instruction.range.end) low = middle + 1
      else return instruction
    }
    return null
  }
}
