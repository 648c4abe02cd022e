import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { digestOf } from '../../src/image/digest.ts'
import type { Manifest, Repository } from '../../src/image-stores/repository.ts'
import { type Move, moveTags } from '../../src/release/move-tags.ts'

const manifestOf = (text: string): Manifest => {
  const bytes = Buffer.from(text)
  return { bytes, mediaType: 'application/vnd.oci.image.manifest.v1+json', digest: digestOf(bytes) }
}
const [proven, old] = [manifestOf('proven'), manifestOf('old')]

/** A repository in memory; `fails` says which request does, and after what. */
function repositoryWith(
  tags: Record<string, Manifest>,
  fails: (what: string) => 'before' | 'after' | false = () => false,
  takesAway = true,
) {
  const asked: string[] = []
  const ask = <T>(what: string, act: () => T): T => {
    asked.push(what)
    const failure = fails(what)
    if (failure === 'before') throw new Error(`no ${what}`)
    const result = act()
    if (failure === 'after') throw new Error(`no answer to ${what}`)
    return result
  }
  const held = new Map(Object.entries(tags))
  const repository: Repository = {
    manifest: async tag => ask(`get ${tag}`, () => held.get(tag) ?? null),
    config: async () => new Uint8Array(),
    put: async (tag, manifest) => ask(`put ${tag}`, () => void held.set(tag, manifest)),
    removeTag: async tag => ask(`remove ${tag}`, () => takesAway && held.delete(tag)),
    close: async () => {},
  }
  const moves = (...names: string[]): Move[] =>
    names.map(tag => ({
      repository,
      late: () => repository,
      name: `r:${tag}`,
      tag,
      to: proven,
      before: held.get(tag) ?? null,
    }))
  return { repository, held, asked, moves }
}

const move = (moves: Move[], signal = new AbortController().signal) => moveTags(moves, signal)

describe('tags', () => {
  test('are moved one after the other, those that were there first', async () => {
    const { held, asked, moves } = repositoryWith({ latest: old })
    expect(await move(moves('1.0', 'latest'))).toEqual({ states: ['moved', 'moved'], problem: null })
    expect(asked).toEqual(['put latest', 'put 1.0'])
    expect([...held.values()]).toEqual([proven, proven])
  })

  test('that stand for it already are left alone', async () => {
    const { asked, moves } = repositoryWith({ latest: proven })
    expect(await move(moves('latest'))).toEqual({ states: ['moved'], problem: null })
    expect(asked).toEqual([])
  })

  test('are put back when one cannot be moved; a new one is taken away', async () => {
    const { held, moves } = repositoryWith({ latest: old }, what => (what === 'put 2.0' ? 'before' : false))
    const { states, problem } = await move(moves('1.0', 'latest', '2.0'))
    expect(states).toEqual(['put-back', 'put-back', 'untouched'])
    expect(problem).toEqual(new Error('no put 2.0'))
    expect([...held]).toEqual([['latest', old]])
  })

  test('that a registry takes not away are told', async () => {
    const { states } = await move(
      repositoryWith({}, what => (what === 'put 2.0' ? 'before' : false), false).moves('1.0', '2.0'),
    )
    expect(states).toEqual(['left', 'untouched'])
  })

  test('whose answer was lost are looked at, and put back', async () => {
    const { held, moves } = repositoryWith({ latest: old }, what => (what === 'put latest' ? 'after' : false))
    let count = 0
    const once = repositoryWith({ latest: old }, what => (what === 'put latest' && count++ === 0 ? 'after' : false))
    expect((await move(once.moves('latest'))).states).toEqual(['put-back'])
    expect(once.held.get('latest')).toBe(old)
    // Also where nothing is answered any more, it says that it does not know.
    expect((await move(moves('latest'))).states).toEqual(['unknown'])
    expect(held.get('latest')).toBe(old)
  })

  test('that somebody else moved meanwhile are not touched', async () => {
    const theirs = manifestOf('theirs')
    const { held, moves } = repositoryWith({ latest: old, stable: old }, what => {
      if (what !== 'put stable') return false
      held.set('latest', theirs)
      return 'before'
    })
    expect((await move(moves('latest', 'stable'))).states).toEqual(['elsewhere', 'untouched'])
    expect(held.get('latest')).toBe(theirs)
  })

  test('are put back after an abort, by what is not aborted', async () => {
    const ending = new AbortController()
    const { held, moves } = repositoryWith({ latest: old, stable: old }, what => {
      if (what === 'put latest') ending.abort(new Error('ended'))
      return false
    })
    const { states, problem } = await move(moves('latest', 'stable'), ending.signal)
    expect([states, problem]).toEqual([['put-back', 'untouched'], new Error('ended')])
    expect([...held.values()]).toEqual([old, old])
  })

  test('are all moved, or what is said of each is what it stands for', async () => {
    const failure = fc.constantFrom('before' as const, 'after' as const, false as const, false as const, false as const)
    await fc.assert(
      fc.asyncProperty(
        fc.subarray(['a', 'b', 'c', 'd'], { minLength: 1 }),
        fc.subarray(['a', 'b', 'c', 'd']),
        fc.array(failure, { maxLength: 20 }),
        fc.boolean(),
        async (names, there, failures, takesAway) => {
          let at = 0
          const before = Object.fromEntries(there.map(tag => [tag, old]))
          const { held, moves } = repositoryWith(before, () => failures[at++] ?? false, takesAway)
          const { states, problem } = await move(moves(...names))
          for (const [index, tag] of names.entries()) {
            const state = states[index]
            const now = held.get(tag)?.digest ?? null
            if (problem === null) expect([state, now]).toEqual(['moved', proven.digest])
            if (state === 'untouched' || state === 'put-back') expect(now).toBe(before[tag]?.digest ?? null)
            if (state === 'left') expect(now).toBe(proven.digest)
            if (problem !== null) expect(state).not.toBe('moved')
          }
        },
      ),
      { numRuns: 500 },
    )
  })
})
