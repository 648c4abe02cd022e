import { randomUUID } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { auditSides } from '../../src/build/audit.ts'
import { ImageError, openImages } from '../../src/build/blobs.ts'
import type { BuildFailure, SideBuild } from '../../src/build/build.ts'
import { type Builder, findBuilder } from '../../src/build/builder.ts'
import { leastCompression } from '../../src/build/compression.ts'
import { forgetRun } from '../../src/build/forget.ts'
import { type BuildRequest, digestsOnly, newRun, planSide, type Run } from '../../src/build/plan.ts'
import { makeFromCache, makeProbe } from '../../src/build/probe.ts'
import { buildSide, hasFailed, runPlan } from '../../src/build/run.ts'
import { prepareSecrets } from '../../src/build/secrets.ts'
import { createExec } from '../../src/host/exec.ts'
import { createMasking } from '../../src/host/masking.ts'
import { uncompressedLayer } from '../../src/image/blob.ts'
import type { Ports } from '../../src/ports.ts'
import { baseImage, describeWithEngine, engineEnvironment } from './engine.ts'

describeWithEngine('two builds on the engine', () => {
  const root = mkdtempSync(join(tmpdir(), 'build-engine-'))
  afterAll(() => rmSync(root, { recursive: true, force: true }))
  let builder: Builder
  beforeAll(async () => {
    builder = await findBuilder(world().ports, {})
  })

  /** Ports of their own, and what went to the log. */
  function world(signal = AbortSignal.timeout(120_000)) {
    const foreign: string[] = []
    const none = () => {}
    const ports: Ports = {
      log: { info: none, debug: none, warning: none, group: (_, work) => work(), foreign: line => foreign.push(line) },
      exec: createExec(engineEnvironment()),
      now: Date.now,
      env: engineEnvironment(),
      signal,
      masking: createMasking(),
      tempDir: mkdtempSync(join(root, 'temp-')),
    }
    return { ports, foreign }
  }

  /** A context with this Dockerfile and a file `f`, as a request. */
  function requestFor(dockerfile: string, more: Partial<BuildRequest> = {}): BuildRequest {
    const context = mkdtempSync(join(root, 'context-'))
    writeFileSync(join(context, 'Dockerfile'), dockerfile)
    writeFileSync(join(context, 'f'), 'f\n')
    return {
      ...{ context, file: join(context, 'Dockerfile'), buildArgs: {}, secrets: { args: [] }, ssh: [] },
      ...{
        buildContexts: {},
        addHosts: [],
        ulimits: [],
        labels: [],
        builders: { A: builder, B: builder },
        compression: leastCompression({ A: builder, B: builder }, false),
        epoch: 1700000000,
      },
      ...more,
    }
  }
  const built = (result: SideBuild | BuildFailure): SideBuild => {
    if (hasFailed(result)) throw new Error(`${result.message}\n${result.logTail.join('\n')}`)
    return result
  }
  const failed = (result: SideBuild | BuildFailure): BuildFailure => {
    if (!hasFailed(result)) throw new Error('the build did not fail')
    return result
  }

  /** Both sides of one run, one after the other, as the gate builds them. */
  async function buildBoth(dockerfile: string, more: Partial<BuildRequest> = {}) {
    const [request, run] = [requestFor(dockerfile, more), newRun()]
    const [planA, planB] = [planSide(request, 'A', run), planSide(request, 'B', run)]
    const [first, second] = [world(), world()]
    const a = built(await buildSide(first.ports, planA))
    const b = built(await buildSide(second.ports, planB))
    return { request, run, planA, planB, a, b, foreignA: first.foreign, foreignB: second.foreign }
  }
  const capture = (...args: string[]) => world().ports.exec.capture('docker', args)
  const mountsOf = async ({ namespace }: Run) =>
    (await capture('buildx', 'du', '--verbose', '--filter', `description~=${namespace}`)).stdout.match(
      /cached mount/g,
    ) ?? []

  test('of a deterministic Dockerfile agree, and every step ran on both sides', async () => {
    const { a, b, foreignA, foreignB } = await buildBoth(
      `FROM ${baseImage}\nWORKDIR /w\nCOPY f .\nCOPY <<EOF /doc\ntext\nEOF\nRUN echo it-ran && touch new && rm f\nWORKDIR /after\nENV A=1\n`,
    )
    expect(a.digest).toMatch(/^sha256:[0-9a-f]{64}$/)
    expect(b).toMatchObject({ digest: a.digest, configDigest: a.configDigest, platform: a.platform, rewritten: true })
    expect(auditSides(a, b)).toEqual([])
    for (const log of [foreignA, foreignB]) expect(log).toContainEqual(expect.stringMatching(/^#\d+ [\d.]+ it-ran$/))
  })

  test('of an image without layers of its own are a fair comparison', async () => {
    for (const dockerfile of ['FROM scratch\nLABEL a=b\n', `FROM ${baseImage}\nENV A=1\n`]) {
      const { a, b } = await buildBoth(dockerfile)
      expect(a.digest).toBe(b.digest)
      expect(auditSides(a, b)).toEqual([])
    }
  })

  test('of one that asks the clock differ, and only the layers that differ are fetched', async () => {
    const { a, b, planA, planB } = await buildBoth(`FROM ${baseImage}\nRUN echo same >/s\nRUN date +%s%N >/when\n`)
    expect(a.configDigest).not.toBe(b.configDigest)
    expect(auditSides(a, b)).toEqual([])
    const { ports } = world()
    const images = await openImages(ports, { a, b, planA, planB, layout: join(ports.tempDir, 'layout') })
    expect([images.imageA.digest, images.imageB.digest]).toEqual([a.digest, b.digest])
    const [layersA, layersB] = [images.imageA.manifest.layers, images.imageB.manifest.layers]
    expect(layersA.map(({ digest }, at) => digest === layersB[at]?.digest)).toEqual([true, true, false])
    for (const [side, image] of [
      ['A', images.imageA],
      ['B', images.imageB],
    ] as const) {
      const [layer, diffId] = [image.manifest.layers[2], image.config.rootfs.diff_ids[2]]
      if (!layer || !diffId) throw new Error('no third layer')
      let text = ''
      for await (const chunk of uncompressedLayer(await images.open(side, layer), layer, diffId, 'the layer'))
        text += chunk
      expect(text).toMatch(/when[\s\S]*\d{19}\n/)
    }
    const layout = join(ports.tempDir, String(readdirSync(ports.tempDir)[0]), 'blobs', 'sha256')
    const bytes = readdirSync(layout).reduce((sum, file) => sum + statSync(join(layout, file)).size, 0)
    expect(bytes).toBeLessThan(100_000)
  })

  test('can be opened where the builder keeps no history', async () => {
    const { a, b, planA, planB } = await buildBoth(`FROM ${baseImage}\nRUN date +%s%N >/when\n`)
    const { imageA, imageB, open } = await openImages(world().ports, {
      a: { ...a, ref: '' },
      b: { ...b, ref: 'x/y/z' },
      planA,
      planB,
      layout: mkdtempSync(join(root, 'layout-')),
    })
    expect([imageA.digest, imageB.digest]).toEqual([a.digest, b.digest])
    const layer = imageB.manifest.layers[1]
    if (!layer) throw new Error('no layer')
    expect((await buffer(await open('B', layer))).length).toBe(layer.size)
  })

  test('that the builder can no longer give back are an honest error', async () => {
    const { a, b, planA, planB } = await buildBoth(
      `FROM ${baseImage} AS b\nRUN echo x >/f && touch -d @$(shuf -i 1000-999999999 -n1) /f\nFROM scratch\nCOPY --from=b /f /f\n`,
    )
    expect(auditSides(a, b)).toEqual([])
    expect(a.digest).not.toBe(b.digest)
    const { imageA, open } = await openImages(world().ports, {
      a,
      b,
      planA,
      planB,
      layout: mkdtempSync(join(root, 'layout-')),
    })
    const layer = imageA.manifest.layers[0]
    if (!layer) throw new Error('no layer')
    await expect(open('A', layer)).rejects.toThrow(ImageError)
  })

  test('that were not forked are doubted', async () => {
    const request = requestFor(`FROM ${baseImage}\nRUN date +%s%N >/when\n`)
    const plan = planSide(request, 'A', newRun())
    const a = built(await buildSide(world().ports, plan))
    const same = { ...plan, side: 'B' as const }
    const b = built(await runPlan(world().ports, same, { output: digestsOnly(plan), noCache: false, quiet: true }))
    expect(b.digest).toBe(a.digest)
    expect(auditSides(a, b)).toEqual([expect.stringMatching(/Build B answered .*RUN date.* from a cache/)])
  })

  test('that were not forked and ran at once, as BuildKit merges them, are doubted', async () => {
    const plan = planSide(requestFor(`FROM ${baseImage}\nRUN sleep 1; date +%s%N >/when\n`), 'A', newRun())
    const [a, b] = (
      await Promise.all([buildSide(world().ports, plan), buildSide(world().ports, { ...plan, side: 'B' })])
    ).map(built) as [SideBuild, SideBuild]
    expect(auditSides(a, b)).toEqual([expect.stringContaining('at the same time')])
  })

  test('have cold cache mounts of their own, leave the user’s alone, and are forgotten', async () => {
    const [id, mark] = [randomUUID(), randomUUID()]
    const line = `RUN --mount=type=cache,id=${id},target=/c echo x >>/c/n && echo "count $(wc -l </c/n)" && : ${mark}`
    const users = requestFor(`FROM ${baseImage}\nARG N\n${line} $N\n`)
    const usersBuild = async (n: string) =>
      (
        await capture(
          'buildx',
          'build',
          '--progress=plain',
          '--output=type=cacheonly',
          '--build-arg',
          `N=${n}`,
          users.context,
        )
      ).stderr
    expect(await usersBuild('1')).toContain('count 1')
    const { a, b, run, foreignA, foreignB } = await buildBoth(`FROM ${baseImage}\n${line}\n`)
    expect(auditSides(a, b)).toEqual([])
    for (const log of [foreignA, foreignB]) expect(log).toContainEqual(expect.stringMatching(/ count 1$/))
    expect(await usersBuild('2')).toContain('count 2')
    expect(await mountsOf(run)).toHaveLength(2)
    await forgetRun(world().ports, builder, run)
    expect(await mountsOf(run)).toEqual([])
    expect(await usersBuild('3')).toContain('count 3')
  })

  test('show no secret in log, failure or metadata', async () => {
    const secret = `s3cret-${randomUUID()}`
    const masking = createMasking()
    const given = { secrets: [`t=${secret}`], secretEnvs: [], secretFiles: [] }
    const secrets = await prepareSecrets({ ...world().ports, masking }, given)
    const run = 'RUN --mount=type=secret,id=t cat /run/secrets/t && echo'
    const { a, foreignA } = await buildBoth(`FROM ${baseImage}\n${run} read\n`, { secrets })
    // The log itself masks what it is told: host/log.ts.
    expect(masking.text(foreignA.join('\n'))).toMatch(/\*\*\*[\s\S]*read|\*\*\*read/)
    expect(JSON.stringify(a)).not.toContain(secret)
    const plan = planSide(requestFor(`FROM ${baseImage}\n${run} && exit 1\n`, { secrets }), 'A', newRun())
    expect(plan.args.join(' ')).not.toContain(secret)
    const failure = failed(await buildSide({ ...world().ports, masking }, plan))
    expect(failure.logTail.join()).toContain('***')
    expect(JSON.stringify(failure)).not.toContain(secret)
  })

  test('that fail name the line, the step and the end of its log', async () => {
    const request = requestFor(`FROM ${baseImage}\nRUN true\nRUN echo about-to-fail; \\\n  exit 7\n`)
    const { ports } = world()
    expect(failed(await buildSide(ports, planSide(request, 'B', newRun())))).toMatchObject({
      ...{ side: 'B', line: 3, endLine: 4, logTail: ['about-to-fail'] },
      step: expect.stringContaining('RUN echo about-to-fail'),
      message: expect.stringContaining('exit code: 7'),
    })
    expect(readdirSync(ports.tempDir)).toEqual([])
  })

  test('that are cancelled leave no process and no file', async () => {
    const mark = `9${Math.floor(Math.random() * 1e8)}`
    const stop = new AbortController()
    const { ports, foreign } = world(AbortSignal.any([stop.signal, AbortSignal.timeout(60_000)]))
    const stopping = (async () => {
      while (!foreign.some(line => /\d started-sleeping$/.test(line))) await sleep(50)
      const before = commandsWith(mark)
      stop.abort(new Error('the job was cancelled'))
      return before
    })()
    const request = requestFor(`FROM ${baseImage}\nRUN echo started-sleeping; sleep ${mark}\n`)
    const failure = failed(await buildSide(ports, planSide(request, 'A', newRun())))
    expect(await stopping).not.toEqual([])
    expect(failure.message).toMatch(/^The build was stopped before its end: the job was cancelled/)
    expect(failure.step).toContain(`sleep ${mark}`)
    await sleep(500)
    expect([...commandsWith(mark), ...commandsWith(request.context)]).toEqual([])
    expect(readdirSync(ports.tempDir)).toEqual([])
  })

  test('can be probed with another Dockerfile text', async () => {
    const { a, b, request, run } = await buildBoth(
      `FROM ${baseImage} AS b\nRUN echo same >/one\nRUN date +%s%N >/two\nFROM scratch\nCOPY --from=b /two /two\n`,
    )
    expect(a.digest).not.toBe(b.digest)
    const probe = makeProbe(
      world().ports,
      makeFromCache(world().ports, request.file, { A: planSide(request, 'A', run), B: planSide(request, 'B', run) }),
    )
    const text = (from: string, path: string) => `${from}\nFROM scratch AS p\nCOPY --from=b ${path} /p/\n`
    const stage = `FROM ${baseImage} AS b\nRUN echo same >/one`
    const both = async (dockerfile: string) => [await probe('A', dockerfile), await probe('B', dockerfile)]
    const [oneA, oneB] = await both(text(stage, '/one'))
    expect(oneA).toMatchObject({ kind: 'image' })
    expect(oneA).toEqual(oneB)
    const [twoA, twoB] = await both(text(`${stage}\nRUN date +%s%N >/two`, '/two'))
    expect(twoA).toMatchObject({ kind: 'image' })
    expect(twoB).toMatchObject({ kind: 'image' })
    expect(twoA).not.toEqual(twoB)
    expect(await both(text(stage, '/two'))).toEqual([{ kind: 'absent' }, { kind: 'absent' }])
    const other = text(`${stage}\nRUN echo other >/three`, '/three')
    for (let time = 0; time < 2; time++) expect(await probe('A', other)).toMatchObject({ kind: 'unknown' })
    expect(await probe('A', 'NONSENSE')).toMatchObject({ kind: 'unknown' })
  })

  /** Command lines of this machine's processes that hold a text; the builds' own run here too. */
  function commandsWith(mark: string): string[] {
    return readdirSync('/proc')
      .filter(name => /^\d+$/.test(name) && name !== String(process.pid))
      .map(pid => {
        try {
          return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
        } catch {
          return ''
        }
      })
      .filter(line => line.includes(mark))
  }
})
