// A proven image that is published: every fault at every request to the registry. What is told is what is there.
import { expect, test } from '@jest/globals'
import { answerFaults } from './answers.ts'
import type { Place } from './front.ts'
import { cells, must, timeFor, tried } from './matrix.ts'
import { type ReleaseScene, releaseScene } from './release-scene.ts'

const at =
  (method: string, path: RegExp): Place['is'] =>
  asked =>
    asked.method === method && path.test(asked.path) && asked.headers.authorization !== undefined

interface WritePlace extends Place {
  /** What fails before, so that what was done is undone at all. */
  late?: Place
}

const refused = answerFaults.filter(({ name }) => name === '403')
const newTag: Place = { name: 'put a new tag', is: at('PUT', /\/manifests\/new$/) }

const places: WritePlace[] = [
  {
    name: 'the first question, of nobody',
    is: ({ path, headers }) => !path.startsWith('/token') && !headers.authorization,
  },
  { name: 'the token', is: ({ path }) => path.startsWith('/token') },
  { name: 'ask for a blob', is: at('HEAD', /\/blobs\/sha256/) },
  { name: 'begin an upload', is: at('POST', /\/blobs\/uploads\//) },
  { name: 'send a blob', is: at('PUT', /\/blobs\/uploads\//) },
  { name: 'get a manifest by its digest', is: at('GET', /\/manifests\/sha256/) },
  { name: 'put a manifest by its digest', is: at('PUT', /\/manifests\/sha256/) },
  { name: 'get the config', is: at('GET', /\/blobs\/sha256/) },
  { name: 'get a tag', is: at('GET', /\/manifests\/(?:1\.0|new)$/) },
  { name: 'move a tag', is: at('PUT', /\/manifests\/1\.0$/) },
  newTag,
  { name: 'put a tag back', is: at('PUT', /\/manifests\/1\.0$/), late: newTag },
]

const thing = /image|token|blob|manifest|tag|config|stands? for/
const remedy =
  /Try again later|Check |docker login|Wait|Push the image again|set-up is at fault|mistake in the registry's set-up|Is it a registry|is damaged|or lies|at fault|Have it repaired|one of them is wrong|Run it again/

async function attempt(scene: ReleaseScene, kind: string): Promise<string> {
  const { told, code, logged, left } = await scene.release(kind === 'silent' ? 4000 : 20_000)
  const { release } = told
  const words = `${logged}\n${release?.problem}`
  must(scene.front.struck() > 0, 'it did not strike', words)
  must(told.verdict === 'reproducible', 'the verdict of what was built changed', words)
  must(left.length === 0, `left behind: ${left.join(', ')}`, words)
  must(scene.trapped.length === 0, `asked where nobody may: ${scene.trapped.join(', ')}`, words)
  must(!/token-of-the-registry|\n\s+at |TypeError|undefined/.test(words), 'a secret, or a fault of ours', words)
  const [moved, added] = [scene.digestAt('1.0'), scene.digestAt('new')]
  must([scene.proven, scene.earlier].includes(moved ?? ''), `1.0 stands for ${moved}`, words)
  must([scene.proven, null].includes(added), `new stands for ${added}`, words)
  const isDone = moved === scene.proven && added === scene.proven
  if (release?.state === 'published') {
    must(isDone && scene.isWhole(), 'published, and it is not there', words)
    must(code === 0, `published, and the exit code is ${code}`, words)
    return 'published'
  }
  must(release?.state === 'failed' && code !== 0, `${release?.state} with exit code ${code}`, words)
  const problem = release?.problem ?? ''
  must(/127\.0\.0\.1|10\.0\.0\.1/.test(problem) && thing.test(problem), 'it is not said what, and where', words)
  must(remedy.test(problem), 'it is not said what to do', words)
  for (const [tag, digest, before] of [
    ['1.0', moved, scene.earlier],
    ['new', added, null],
  ] as const) {
    const state = release?.tags.find(({ name }) => name.endsWith(`:${tag}`))?.state ?? 'unknown'
    const isSo = {
      untouched: digest === before,
      'put-back': digest === before,
      left: digest === scene.proven,
      moved: false,
    }
    must(
      (isSo as Record<string, boolean>)[state] ?? true,
      `${tag} is said to be ${state}, and stands for ${digest}`,
      words,
    )
    if (kind !== 'silent' && digest === scene.proven) must(state !== 'unknown' || !isDone, `${tag} is ${state}`, words)
  }
  return moved === scene.earlier && added === null ? 'failed, all as it was' : 'failed, what was left is told'
}

const chosen = cells(places, answerFaults)
test(
  `${chosen.length} faults in answers of a registry that is written to`,
  async () => {
    const scenes = { begin: async () => null, end: async () => {}, workers: 8 }
    const wrong = await tried('write', chosen, scenes, async ({ place, fault, times }) => {
      const scene = await releaseScene()
      const first = place.late ? [{ place: place.late, fault: refused[0] ?? fault, times: 99 }] : []
      // What is put back is written a second time.
      const skipped = place.late ? [{ place, fault: { ...fault, play: honest }, times: 1 }] : []
      scene.front.arm([...first, ...skipped, { place, fault, times: times === 'once' ? 1 : 99 }])
      try {
        const outcome = await attempt(scene, fault.kind)
        if (fault.kind === 'passing' && times === 'once' && !place.late)
          must(outcome === 'published', 'it passes, and was not made up for')
        return outcome
      } finally {
        await scene.close()
      }
    })
    expect(wrong).toEqual([])
  },
  timeFor(chosen.length, 4000),
)

async function honest({ truth, response }: Parameters<(typeof answerFaults)[number]['play']>[0]): Promise<void> {
  const { status, headers, body } = await truth()
  response.writeHead(status, headers).end(body)
}
