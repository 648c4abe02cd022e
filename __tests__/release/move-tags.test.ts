import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { digestOf } from '../../src/image/digest.ts'
import type { Manifest } from '../../src/image-stores/repository.ts'
import { type Move, moveTags, type Tags } from '../../src/release/move-tags.ts'

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
  const repository: Tags = {
    manifest: async tag => ask(`get ${tag}`, () => held.get(tag) ?? null),
    put: async (tag, manifest) => ask(`put ${tag}`, () => void held.set(tag, manifest)),
    removeTag: async tag => ask(`remove ${tag}`, () => takesAway && held.delete(tag)),
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

const move = (moves: Move[], signal = new AbortController().signal) => moveTags(moves, signal, 1)

describe('tags', () => {
  test('are moved one after the other, those that were there first', async () => {
    const { held, asked, moves } = repositoryWith({ latest: old })
    expect(await move(moves('1.0', 'latest'))).toEqual({ states: ['moved', 'moved'], problem: null })
    const last = ['get latest']
    expect(asked).toEqual(['get latest', 'put latest', 'get latest', 'get 1.0', 'put 1.0', 'get 1.0', ...last])
    expect([...held.values()]).toEqual([proven, proven])
  })

  test('that stand for it already are left alone', async () => {
    const { asked, moves } = repositoryWith({ latest: proven })
    expect(await move(moves('latest'))).toEqual({ states: ['moved'], problem: null })
    expect(asked).toEqual(['get latest'])
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
    // Also where no write is answered any more, what it stands for is seen.
    expect((await move(moves('latest'))).states).toEqual(['put-back'])
    expect(held.get('latest')).toBe(old)
  })

  test('that nobody can look at any more are not said to stand for anything', async () => {
    let written = false
    const { moves } = repositoryWith({ latest: old }, what => {
      if (what === 'put latest') written = true
      return written ? 'after' : false
    })
    expect((await move(moves('latest'))).states).toEqual(['unknown'])
  })

  test('whose write is carried out after its answer was lost are put back', async () => {
    const { held, moves, asked } = repositoryWith({ latest: old }, what => {
      if (what === 'put latest' && asked.length === 2) {
        // After the first look, and before the second.
        setTimeout(() => held.set('latest', proven), 5)
        return 'before'
      }
      return false
    })
    expect((await moveTags(moves('latest'), new AbortController().signal, 30)).states).toEqual(['put-back'])
    expect(held.get('latest')).toBe(old)
  })

  test('that stand for something else than what was put there are no release', async () => {
    const { held, repository, moves } = repositoryWith({ latest: old, stable: old })
    // As a registry does that converts manifests.
    const convert = (tag: string, manifest: Manifest) => (tag === 'stable' ? manifestOf('converted') : manifest)
    repository.put = async (tag, manifest) => void held.set(tag, convert(tag, manifest))
    const { states, problem } = await move(moves('latest', 'stable'))
    expect(states).toEqual(['put-back', 'elsewhere'])
    expect(String(problem)).toMatch(/r:stable was moved, and stands for sha256:\w+ instead of sha256:/)
    expect(held.get('latest')).toBe(old)
  })

  test('that a registry says it took, and did not, are no release', async () => {
    const { repository, moves } = repositoryWith({ latest: old })
    repository.put = async () => {}
    const { states, problem } = await move(moves('latest'))
    expect([states, String(problem)]).toEqual([['unknown'], expect.stringMatching(/the registry changed it, or/)])
  })

  test('that are seen late are moved', async () => {
    const { held, repository, moves } = repositoryWith({ latest: old })
    repository.put = async (tag, manifest) => void setTimeout(() => held.set(tag, manifest), 5)
    const { states } = await moveTags(moves('latest'), new AbortController().signal, 50)
    expect(states).toEqual(['moved'])
  })

  test('that somebody else moved since they were looked at are never overwritten', async () => {
    const theirs = manifestOf('theirs')
    const { held, asked, moves } = repositoryWith({ latest: old, stable: old })
    const wanted = moves('stable', 'latest', '1.0')
    held.set('latest', theirs)
    const { states, problem } = await move(wanted)
    expect(states).toEqual(['put-back', 'elsewhere', 'untouched'])
    expect(String(problem)).toMatch(/somebody else moved r:latest meanwhile: it stands for sha256:/)
    expect(asked).not.toContain('put latest')
    expect([...held]).toEqual([
      ['latest', theirs],
      ['stable', old],
    ])
  })

  test('that somebody else moved to the very same are not put back by us', async () => {
    const { held, moves } = repositoryWith({ latest: old, stable: old }, what => what === 'put stable' && 'before')
    const wanted = moves('latest', 'stable')
    held.set('latest', proven)
    expect((await move(wanted)).states).toEqual(['elsewhere', 'untouched'])
    expect(held.get('latest')).toBe(proven)
  })

  test('that a registry lets nobody take away are known to be left, also where it answers with a refusal', async () => {
    const { held, moves } = repositoryWith({}, what => /^(remove|put 2)/.test(what) && 'before')
    expect((await move(moves('1.0', '2.0'))).states).toEqual(['left', 'untouched'])
    expect([...held]).toEqual([['1.0', proven]])
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

  test('of which somebody moves the first after all of them are no release', async () => {
    const theirs = manifestOf('theirs')
    const { held, moves } = repositoryWith({ latest: old }, what => {
      if (what === 'put 1.0') held.set('latest', theirs)
      return false
    })
    const { states, problem } = await move(moves('latest', '1.0'))
    expect(states).toEqual(['elsewhere', 'put-back'])
    expect(String(problem)).toMatch(/r:latest was moved, and stands for sha256:\w+ instead of .*somebody else/)
    expect([...held]).toEqual([['latest', theirs]])
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

  test('that somebody else moves, before any look at them, are never overwritten', async () => {
    const theirs = manifestOf('theirs')
    const step = fc.record({
      fails: fc.constantFrom('before' as const, 'after' as const, false as const),
      moved: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.subarray(['a', 'b', 'c']), fc.array(step, { maxLength: 20 }), async (there, steps) => {
        let at = 0
        const moved = new Set<string>()
        const { held, moves } = repositoryWith(Object.fromEntries(there.map(tag => [tag, old])), what => {
          const [request, tag = ''] = what.split(' ')
          const now = steps[at++]
          if (request === 'get' && now?.moved) held.set(tag, theirs) && moved.add(tag)
          return now?.fails ?? false
        })
        const { states } = await moveTags(moves('a', 'b', 'c'), new AbortController().signal, 0)
        for (const tag of moved) expect(held.get(tag)).toBe(theirs)
        for (const [index, tag] of ['a', 'b', 'c'].entries())
          if (states[index] === 'moved') expect(held.get(tag)).toBe(proven)
      }),
      { numRuns: 300 },
    )
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
