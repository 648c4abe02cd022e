import type { BuildFailure, SideBuild } from '../../build/build.ts'
import { worksOf } from '../../build/ran-beside.ts'
import { hasFailed } from '../../build/run.ts'
import type { Proof } from '../../ledger/proof.ts'
import type { Options } from '../../options/options.ts'
import { levels } from '../../verdict.ts'
import type { Built, Job, Pair, Planned, Proving } from '../pair.ts'
import type { PlatformResult } from '../result.ts'
import { driftOf } from './drift.ts'
import { keepProof } from './keep-proof.ts'
import { type Ledger, nameOf } from './ledger.ts'
import { type LookedUp, lookUp } from './look-up.ts'
import { renewLast } from './renew-last.ts'
import { shownIn } from './shown-then.ts'
import { type BuiltA, levelHeld, spared } from './spare.ts'

type SideOfA = SideBuild | BuildFailure | null

/** The ledger beside the builds of some images: what it spares, what it knows better, and what it learns from them. */
export interface Book {
  /** Of images whose sides A were built: the results of those that need no side B. */
  spare(planned: readonly Planned[], sides: readonly SideOfA[]): Promise<ReadonlyMap<Planned, PlatformResult>>
  /** The results of all of them, with what the ledger has to say; what two builds proved is kept. */
  closed(pairs: readonly Built[], results: readonly PlatformResult[]): Promise<PlatformResult[]>
}

/** Without a ledger nothing is spared, and nothing is kept. */
export const noBook: Book = {
  spare: async () => new Map(),
  closed: async (_, results) => [...results],
}

/** One image in this turn: where its platforms stand among the jobs, and what the ledger said. */
interface Page {
  at: number[]
  looked: LookedUp | null
  isSpared: boolean
  notes: string[]
}

/**
 * @param turn jobs that are built together
 * @param all of the run: an image whose platforms are not built together is left alone
 */
export function openBook(ledger: Ledger | null, turn: readonly Job[], all: readonly Job[]): Book {
  if (ledger === null) return noBook
  const pages = pagesOf(turn, all)
  return {
    async spare(planned, sides) {
      const results = new Map<Planned, PlatformResult>()
      for (const page of pages) {
        const built = page.at.map(at => builtA(at, planned, sides))
        const [first] = built
        if (page.notes.length > 0 || !first || !isWhole(built)) continue
        const { proving } = first.planned
        page.looked = await lookUp(ledger, sidesOf(built), proving)
        const { proven } = page.looked
        if (proven === null) continue
        const spares = wantsBoth(proving.options)
          ? 'What `keep` and `sbom` write is of both builds.'
          : // What it cannot be held against spares nothing.
            await spared(proven, built, ledger).catch(() => 'It could not be held against this image.')
        if (spares === null) continue
        if (typeof spares === 'string') {
          page.looked.notes.push(notSpared(proven.proof, spares))
          continue
        }
        page.isSpared = true
        proving.ports.log.info(
          `${ledger.store.name} has this image: two builds of the same inputs agreed on it in ${nameOf(proven.proof)}. Build B is not needed.`,
        )
        for (const [at, { planned }] of built.entries()) results.set(planned, spares[at] as PlatformResult)
      }
      return results
    },
    async closed(pairs, results) {
      const told = [...results]
      for (const page of pages) {
        const own = page.at.map(at => told[at] as PlatformResult)
        const { findings, notes } = page.isSpared ? said(page.notes) : await entered(page, pairs, own, ledger)
        const [head] = page.at
        const { proving } = (head === undefined ? undefined : turn[head]) ?? {}
        if (page.isSpared && page.looked?.proven && proving) await renewLast(page.looked.proven.proof, proving, ledger)
        if (head !== undefined && own[0] !== undefined)
          told[head] = { ...own[0], findings: [...own[0].findings, ...findings], notes: [...own[0].notes, ...notes] }
        await page.looked?.proven?.record.close().catch(() => {})
      }
      return told
    },
  }
}

/** What is said of an image that was built twice, and beside it in the ledger. */
async function entered(
  page: Page,
  pairs: readonly Built[],
  results: readonly PlatformResult[],
  ledger: Ledger,
): Promise<Said> {
  if (page.notes.length > 0) return said(page.notes)
  const built = page.at.map((at, index) => builtTwice(pairs[at] as Built, results[index] as PlatformResult))
  const [first] = built
  const notes = page.looked?.notes ?? []
  if (!first || !isWhole(built) || first.planned.proving.ports.signal.aborted) return said(notes)
  const { proving } = first.planned
  // Side by side, nobody asked before.
  page.looked ??= await lookUp(ledger, sidesOf(built), proving)
  const { inputs, proven, notes: before } = page.looked
  if (inputs === null) return said(before)
  // One build could not show it again: a run that it spares would be silent on it.
  const isMoreThanKept = results.some(result => shownIn(result) === null)
  const keep = async (): Promise<string[]> =>
    isMoreThanKept ? [notKept] : keepProof({ inputs, built, results }, ledger)
  const isMore = proven === null || addsTo(proven.proof, proving.options, results)
  if (proven !== null && levelHeld(proven, built) === 'different')
    return {
      findings: await driftOf(proven, built, ledger),
      notes: [...before, ...(await keep())],
    }
  if (proven !== null && !isMore) await renewLast(proven.proof, proving, ledger)
  return said([
    ...before,
    ...(proven === null ? [] : [`The image is the one that ${nameOf(proven.proof)} proved of the same inputs, too.`]),
    ...(isMore ? await keep() : []),
  ])
}

const notSpared = (proof: Proof, why: string): string =>
  `The ledger has a proof of the same inputs, ${nameOf(proof)}, but build B was needed all the same. ${why}`

const notKept =
  'This proof was not kept in the ledger: the two builds also showed something that one build could not show again. When nothing of that is left, later runs of the same inputs need one build.'

type Said = Pick<PlatformResult, 'notes' | 'findings'>

const said = (notes: string[]): Said => ({ notes, findings: [] })

/** Whether this proof spares builds that the kept one does not. */
const addsTo = (
  { asked, level, platforms }: NonNullable<LookedUp['proven']>['proof'],
  { variations }: Options,
  results: readonly PlatformResult[],
): boolean =>
  !variations.every(id => asked.includes(id)) ||
  results.some(result => levels.indexOf(result.level ?? 'different') < levels.indexOf(level)) ||
  results.some(({ sides: [a] }) => platforms.every(({ digest }) => digest !== a?.digest))

/** What is to be written of both sides cannot do without one of them. */
const wantsBoth = ({ keep, sbom }: Options): boolean => keep !== undefined || sbom !== undefined

const sidesOf = (built: readonly BuiltA[]): SideBuild[] => built.map(({ a }) => a)

const isWhole = <T>(all: readonly (T | null)[]): all is T[] => all.every(one => one !== null)

function builtA(at: number, planned: readonly Planned[], sides: readonly SideOfA[]): BuiltA | null {
  const [one, a] = [planned[at], sides[at]]
  if (!one || !a || hasFailed(a)) return null
  return { planned: one, a, beside: worksOf(sides.filter((_, index) => index !== at)) }
}

/** The side A that a proven result is of. */
function builtTwice(pair: Built, { verdict, sides: [a] }: PlatformResult): BuiltA | null {
  if (verdict !== 'reproducible' || !isPair(pair) || pair.a.digest !== a?.digest) return null
  return { planned: pair.planned, a: pair.a, beside: pair.planned.beside.A }
}

const isPair = (built: Built): built is Pair => 'a' in built && 'b' in built

function pagesOf(turn: readonly Job[], all: readonly Job[]): Page[] {
  const names = [...new Set(turn.map(({ proving }) => proving.image))]
  return names.map(image => {
    const at = turn.flatMap(({ proving }, index) => (proving.image === image ? [index] : []))
    const isCut = all.filter(({ proving }) => proving.image === image).length > at.length
    const why = whyNot((turn[at[0] as number] as Job).proving, isCut)
    return { at, looked: null, isSpared: false, notes: why === null ? [] : [`The ledger was not used: ${why}.`] }
  })
}

/** Why the ledger can say nothing of an image. */
function whyNot({ options }: Proving, isCut: boolean): string | null {
  if (options.linked !== undefined)
    return 'the image is made of other targets of its file, which the ledger does not look at'
  if (options.cacheFrom.length > 0)
    return 'build A may take from a cache (cache-from), so that it is equal to an earlier one proves nothing'
  return isCut ? 'not all of its platforms were built together' : null
}
