import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import type { Found } from '../../src/explain/cause.ts'
import { tarHeader } from '../../src/explain/causes/tar-header.ts'
import { explain } from '../../src/explain/explain.ts'
import type { Rewrite } from '../../src/explain/rewrite.ts'
import type { Finding } from '../../src/finding.ts'
import type { Comparison, ConfigDifference, EntryDifference, LayerDifference } from '../../src/image/comparison.ts'
import type { Entry, HistoryEntry, Image } from '../../src/image/image.ts'
import { changed, changedHeader, clock, layerOf, only } from './subject.ts'

const imageOf = (history: HistoryEntry[], config: Record<string, unknown> = {}): Image => ({
  digest: 'm',
  configDigest: 'c',
  manifest: { config: { mediaType: '', digest: '', size: 0 }, layers: [] },
  config: {
    config,
    history,
    rootfs: { type: 'layers', diff_ids: history.filter(entry => !entry.empty_layer).map((_, index) => `d${index}`) },
  },
})

/** History as BuildKit writes it for a plain Dockerfile: one entry for each instruction after FROM. */
const historyOf = (text: string): HistoryEntry[] => [
  { created_by: 'base' },
  ...parseDockerfile(text, 'Dockerfile')
    .instructions.filter(({ keyword }) => keyword !== 'FROM')
    .map(({ keyword, range }) => {
      const written = text.slice(range.start, range.end).replace(/\\\n/g, '')
      const isLayer = ['RUN', 'COPY', 'ADD', 'WORKDIR'].includes(keyword)
      return { created_by: written.replace(/^RUN /, 'RUN /bin/sh -c '), ...(isLayer ? {} : { empty_layer: true }) }
    }),
]

interface Given {
  layers?: LayerDifference[]
  config?: ConfigDifference[]
  manifest?: ConfigDifference[]
  sides?: [Record<string, unknown>, Record<string, unknown>]
}

async function explained(
  text: string,
  { layers = [], config = [], manifest = [], sides = [{}, {}] }: Given,
): Promise<Finding[]> {
  const comparison: Comparison = { level: 'different', config, manifest, layers, equalLayers: 0 }
  const side = (window: typeof clock.a) => ({ provenance: null, ...window })
  const { findings } = await explain({
    comparison,
    imageA: imageOf(historyOf(text), sides[0]),
    imageB: imageOf(historyOf(text), sides[1]),
    dockerfile: parseDockerfile(text, 'Dockerfile'),
    target: undefined,
    buildArgs: {},
    epoch: 1_700_000_000,
    a: side(clock.a),
    b: side(clock.b),
  })
  return findings
}

const stamp = (path: string, more = ''): EntryDifference =>
  changed(path, `at 2026-11-21T03:00:05Z${more}\n`, `at 2026-11-21T03:01:15Z${more}\n`)

/** As dpkg begins the lines of its log, and apt the entries of its history. */
const dpkgLog = () =>
  changed(
    'var/log/dpkg.log',
    '2026-11-21 03:00:05 startup archives unpack\n',
    '2026-11-21 03:01:15 startup archives unpack\n',
  )
const history = () =>
  changed('var/log/apt/history.log', '\nStart-Date: 2026-11-21  03:00:05\n', '\nStart-Date: 2026-11-21  03:01:15\n')

describe('a layer of apt', () => {
  const text =
    'FROM debian\nENV A=b\nRUN apt-get update \\\n && apt-get install -y curl \\\n && rm -rf /var/lib/apt/lists/*\nCMD ["x"]\n'
  const layers = [
    layerOf([
      changed('var/cache/apt/pkgcache.bin', 'a\0b', 'a\0c'),
      changed('var/cache/ldconfig/aux-cache', 'glibc-ld.so.auxcache-1.0 1', 'glibc-ld.so.auxcache-1.0 2'),
      history(),
      dpkgLog(),
    ]),
  ]

  test('is three findings with one line to paste', async () => {
    const findings = await explained(text, { layers })
    expect(findings.map(({ id, count, location }) => [id, count, location?.line, location?.endLine])).toEqual([
      ['apt-cache', 1, 3, 5],
      ['apt-log', 2, 3, 5],
      ['ldconfig-aux-cache', 1, 3, 5],
    ])
    expect(new Set(findings.map(({ fix }) => fix?.snippet))).toEqual(
      new Set(['&& rm -rf /var/lib/apt/lists/* /var/log/* /var/cache/ldconfig/aux-cache /var/cache/apt/*.bin']),
    )
  })

  test.each([
    ['RUN apt-get install -y nginx', /^&& rm -rf .*\/var\/log\/apt \/var\/log\/dpkg\.log/],
    ['RUN <<EOF\napt-get install -y curl\nEOF', /^rm -rf /],
    ['RUN ["sh", "-c", "apt-get install -y curl"]', /^RUN \["sh","-c","apt-get install -y curl && rm -rf /],
    ['RUN ["apt-get", "install", "-y", "curl"]', /^undefined$/],
    ['RUN apt-get install -y curl; update &', /^rm -rf /],
  ])('%s: the line fits the form of the instruction', async (run, expected) => {
    const findings = await explained(`FROM debian\n${run}\n`, { layers: [layerOf([dpkgLog()])] })
    // Heredoc and exec forms show otherwise in history; without a line there is nothing to append to.
    const [finding] = findings
    if (finding?.location) expect(String(finding.fix?.snippet)).toMatch(expected)
    else expect(finding?.fix?.snippet).toMatch(/^rm -rf/)
  })
})

describe('first causes and consequences', () => {
  const text = 'FROM debian\nRUN date > /app/build.log\nRUN chmod 600 /app/build.log\nRUN cp /app/build.log /b.log\n'

  test('a file stored again is not blamed again', async () => {
    const own = stamp('app/build.log')
    const [finding, ...more] = await explained(text, {
      layers: [layerOf([own], 1), layerOf([own], 2), layerOf([stamp('b.log')], 3)],
    })
    expect(more).toEqual([])
    expect(finding).toMatchObject({ id: 'build-time', count: 2, confidence: 'certain', location: { line: 2 } })
    expect(finding?.evidence.map(({ what }) => what).join('\n')).toContain(
      'the layer of line 3 stores app/build.log again, which differs there for no other reason',
    )
    expect(finding?.evidence.map(({ what }) => what).join('\n')).toContain('b.log holds what app/build.log holds')
  })

  test("other permissions of a file stored again are that instruction's own", async () => {
    const own = stamp('app/build.log')
    const drawn = { ...own, fields: ['content', 'mode'] as EntryDifference['fields'] }
    const again = { ...drawn, a: { ...(own.a as Entry), mode: 0o604 }, b: { ...(own.b as Entry), mode: 0o600 } }
    const findings = await explained(text, { layers: [layerOf([own], 1), layerOf([again], 2), layerOf([again], 3)] })
    expect(findings.map(({ id, location }) => [id, location?.line]).sort()).toEqual([
      ['build-time', 2],
      ['header-mode', 3],
    ])
    expect(JSON.stringify(findings)).not.toContain('line 3 stores app/build.log again, which differs')
  })

  test('a file changed without a new difference is not blamed again, one with a new difference is', async () => {
    const later = (extra: [string, string]) =>
      changed('app/build.log', `at 2026-11-21T03:00:05Z\n${extra[0]}\n`, `at 2026-11-21T03:01:15Z\n${extra[1]}\n`)
    const first = layerOf([stamp('app/build.log')], 1)
    expect(await explained(text, { layers: [first, layerOf([later(['more', 'more'])], 2)] })).toHaveLength(1)
    const two = await explained(text, { layers: [first, layerOf([later(['end 03:00:06', 'end 03:01:16'])], 2)] })
    expect(two.map(({ location }) => location?.line)).toEqual([2, 3])
  })

  test('a removed random folder is the same cause', async () => {
    const pair = (prefix: string) => [
      only('a', `opt/${prefix}build.aB3dE6`, { type: prefix ? 'file' : 'directory' }),
      only('b', `opt/${prefix}build.Zy9xW8`, { type: prefix ? 'file' : 'directory' }),
    ]
    const findings = await explained(text, { layers: [layerOf(pair(''), 1), layerOf(pair('.wh.'), 2)] })
    expect(findings.map(({ id, location }) => [id, location?.line])).toEqual([['renamed-file', 2]])
  })

  test('a link that is called by the digest of a file that differs follows from that file', async () => {
    const digest = (value: string) => createHash('sha256').update(value).digest('hex').slice(0, 8)
    const [a, b] = ['at 2026-11-21T03:00:05Z\n', 'at 2026-11-21T03:01:15Z\n']
    const link = (side: 'a' | 'b', name: string) =>
      only(side, `models/model-${name}.joblib`, { type: 'symlink', linkTarget: 'model.joblib' })
    const own = changed('models/model.joblib', a, b)
    const named = await explained(text, { layers: [layerOf([link('a', digest(a)), link('b', digest(b)), own], 1)] })
    expect(named.map(({ id, count }) => [id, count])).toEqual([['build-time', 3]])
    const drawn = await explained(text, { layers: [layerOf([link('a', '5745b999'), link('b', 'f8c7bb18'), own], 1)] })
    expect(drawn.map(({ id, count }) => [id, count])).toEqual([
      ['build-time', 1],
      ['renamed-file', 2],
    ])
  })

  test('what a later instruction writes into a folder of another name has its own cause', async () => {
    const names = { a: 'srv/20261121030005', b: 'srv/20261121030115' } as const
    const texts = {
      a: 'token=0b0b7b0e-6d5c-4a4e-9d1f-7a3d1c9f1a01\n',
      b: 'token=f3a9c2d4-1e5b-4c6d-8f7a-2b9e0d8c7f63\n',
    }
    const emptySample = { size: 0, head: Buffer.alloc(0), whole: true, tail: Buffer.alloc(0) }
    const none = { a: emptySample, b: emptySample, runs: [], complete: true }
    const fileOf = (side: 'a' | 'b', name: string, text: string) => {
      const file = only(side, `${names[side]}/${name}`)
      const head = Buffer.from(text)
      const sample = { size: head.length, head, whole: true, tail: Buffer.alloc(0) }
      const digest = createHash('sha256').update(text).digest('hex')
      const content = { ...none, [side]: sample }
      return { ...file, content, [side === 'a' ? 'digestA' : 'digestB']: digest }
    }
    const folders = (['a', 'b'] as const).map(side => only(side, names[side], { type: 'directory' }))
    const both = (name: string, a: string, b: string) => [fileOf('a', name, a), fileOf('b', name, b)]
    const layers = [
      layerOf([...folders, ...both('app.py', 'code\n', 'code\n')], 1),
      layerOf([...folders, ...both('.env', texts.a, texts.b), ...both('same', 'equal\n', 'equal\n')], 2),
    ]
    const findings = await explained(text, { layers })
    expect(findings.map(({ id, location, count }) => [id, location?.line, count])).toEqual([
      ['renamed-file', 2, 6],
      ['random-token', 3, 2],
    ])
  })
})

describe('config', () => {
  const text = 'FROM debian\nARG D\nLABEL a=1 \\\n  "made"=$D\nENV K=$D\nRUN x\n'
  test('a label and a variable are blamed on their instructions', async () => {
    const findings = await explained(text, {
      config: [
        { pointer: '/config/Labels/made', a: '"1"', b: '"2"' },
        { pointer: '/config/Env/0', a: '"K=1"', b: '"K=2"' },
        { pointer: '/history/2/created_by', a: '"x"', b: '"y"' },
      ],
      sides: [{ Env: ['K=1'] }, { Env: ['K=2'] }],
    })
    expect(findings.map(({ id, location }) => [id, location?.line])).toEqual([
      ['config-label', 3],
      ['config-env', 5],
    ])
  })

  test('a secret variable is not quoted', async () => {
    const [finding] = await explained(text, {
      config: [{ pointer: '/config/Env/0', a: '"TOKEN=abc"', b: '"TOKEN=def"' }],
      sides: [{ Env: ['TOKEN=abcdef'] }, { Env: ['TOKEN=defabc'] }],
    })
    expect(JSON.stringify(finding)).not.toContain('abcdef')
  })

  test('variables in another order are that, and no build argument', async () => {
    const [finding] = await explained(text, {
      config: [{ pointer: '/config/Env/0', a: '"K=1"', b: '"L=2"' }],
      sides: [{ Env: ['K=1', 'L=2'] }, { Env: ['L=2', 'K=1'] }],
    })
    expect(finding).toMatchObject({ id: 'config-field', message: expect.stringContaining('The setting Env') })
    expect(finding?.evidence[0]?.what).toContain('in another order or more than once')
  })

  test('a label given from outside has no line', async () => {
    const [finding] = await explained(text, { config: [{ pointer: '/config/Labels/x', a: '"1"', b: '"2"' }] })
    expect(finding).toMatchObject({ id: 'config-label' })
    expect(finding).not.toHaveProperty('location')
  })
})

describe('layers as wholes', () => {
  const text = 'FROM debian\nRUN x\n'
  test('a base that moved is blamed on FROM', async () => {
    const [finding] = await explained(text, { layers: [layerOf([stamp('etc/x')], 0)] })
    expect(finding).toMatchObject({ id: 'base-image', class: 'drift', location: { line: 1 } })
  })
  test('more layers on one side', async () => {
    const [finding] = await explained(text, { layers: [{ ...layerOf([], 1), b: null }] })
    expect(finding).toMatchObject({ id: 'layer-count', location: { line: 2 } })
  })
  test('equal trees', async () => {
    const [finding] = await explained(text, { layers: [{ ...layerOf([], 1), reordered: true }] })
    expect(finding).toMatchObject({ id: 'layer-packing', level: 'warning' })
  })
  test('other packing', async () => {
    const [finding] = await explained(text, { manifest: [{ pointer: '/mediaType', a: '"x"', b: '"y"' }] })
    expect(finding).toMatchObject({ id: 'repackaged', class: 'machine' })
  })
})

test('permissions of the checkout are a matter of the machine, with --chmod as the fix', async () => {
  const text = 'FROM debian\nCOPY conf/ /etc/app/\n'
  const [finding] = await explained(text, {
    layers: [layerOf([changedHeader('etc/app/a.yaml', ['mode'], { mode: 0o644 }, { mode: 0o664 })])],
  })
  expect(finding).toMatchObject({ id: 'header-mode', class: 'machine', level: 'warning', location: { line: 2 } })
  expect(finding?.fix?.snippet).toBe('COPY --chmod=u=rwX,go=rX conf/ /etc/app/')
})

test.each([
  ['a number', 'COPY --chmod=640 conf/page /etc/app/page', /^The builders gave/, /one version of BuildKit/],
  ['letters', 'COPY --chmod=u=rwX,go=rX conf/page /etc/app/page', /^Permissions come from the checkout/, /checkout/],
])('permissions that the line sets by %s', async (_, line, title, fix) => {
  // BuildKit 0.13 gives the folder 0755, 0.25 the mode of the file.
  const [finding] = await explained(`FROM debian\n${line}\n`, {
    layers: [layerOf([changedHeader('etc/app', ['mode'], { mode: 0o755 }, { mode: 0o640 })])],
  })
  expect(finding).toMatchObject({ id: 'header-mode', location: { line: 2 } })
  expect(finding?.title).toMatch(title)
  expect(finding?.fix?.text).toMatch(fix)
})

test.each<[string, string, string, number, number?]>([
  ['a program', 'COPY app.sh /app.sh', '--chmod=u=rwX,go=rX', 0o755],
  ['a file of a checkout with umask 002', 'COPY conf /etc/app/app.sh', '--chmod=u=rwX,go=rX', 0o664],
  ['a file of an additional context', 'COPY --from=other app.sh /', '--chmod=u=rwX,go=rX', 0o644],
  ['an ADD', 'ADD app.sh /', '--chmod=u=rwX,go=rX', 0o644],
  // Letters would leave that as it is.
  ['a program that only one side may run', 'COPY app.sh /', '--chmod=0755', 0o755, 0o111],
  // A number would be that of folders and of the other files, too.
  ['a folder that has one such file', 'COPY src /', '--chmod=u=rwX,go=rX', 0o644],
  ['one of several files', 'COPY app.sh key /', '--chmod=u=rwX,go=rX', 0o755],
])('permissions: the --chmod for %s', async (_, line, expected, mode, other = 0o020) => {
  const path = line.includes('/etc/app/') ? 'etc/app/app.sh' : 'app.sh'
  const [finding] = await explained(`FROM debian\n${line}\n`, {
    layers: [layerOf([changedHeader(path, ['mode'], { mode }, { mode: mode ^ other })])],
  })
  expect(finding?.fix?.snippet).toBe(line.replace(/^(COPY|ADD)/, `$1 ${expected}`))
  expect(finding?.title).toBe(
    line.includes('--from') ? 'Files have other permissions in each build' : 'Permissions come from the checkout',
  )
})

test('the compile cache of Node is told by its name; beside other files of /tmp it is one of them', async () => {
  const own = changed('tmp/node-compile-cache/v22.14.0-x64-1/5a3f', '\0\u0001abc', '\0\u0002abd')
  const of = (...files: ReturnType<typeof changed>[]) =>
    explained('FROM debian\nRUN npm ci \\\n && npm run build\n', { layers: [layerOf(files)] })
  const [alone] = await of(own)
  expect(alone).toMatchObject({ id: 'tool-cache', title: 'The compile cache of Node is in the layer' })
  expect(alone?.fix?.text).toContain('NODE_DISABLE_COMPILE_CACHE=1')
  expect(alone?.fix?.change?.after.at(-1)).toBe(' && rm -rf /tmp/node-compile-cache')
  const [both] = await of(own, changed('tmp/x', '\0\u0001abc', '\0\u0002abd'))
  expect(both).toMatchObject({ id: 'tool-cache', title: 'Caches or temporary files of a tool are in the layer' })
  expect(both?.fix?.change?.after.at(-1)).toBe(' && rm -rf /tmp/*')
})

test('the fix of a tar says the permissions only where they differ', () => {
  const fix = (fields: string[]) =>
    tarHeader.describe({
      subjects: [{ entry: { nested: { members: [{ fields: ['mtime'] }, { fields }] } } }],
      recognitions: [{}],
    } as unknown as Found).remedy
  const run = { keyword: 'RUN', json: null } as Parameters<Rewrite>[1]
  expect(fix(['mtime']).rewrite?.('RUN tar -cf a.tar d', run)).not.toContain('--mode')
  expect(fix(['mode']).rewrite?.('RUN tar -cf a.tar d', run)).toMatch(/^RUN tar .*--mode=u=rwX,go=rX .* -cf a\.tar d$/)
  expect(fix(['mode']).text).toContain('--mode=u=rwX,go=rX')
})

test('a copied file of another stage is left at the COPY, likely, when nothing can be looked up', async () => {
  const text = 'FROM debian AS b\nRUN date > /x\nFROM debian\nCOPY --from=b /x /y\n'
  const comparison: Comparison = {
    level: 'different',
    config: [],
    manifest: [],
    layers: [layerOf([stamp('y')])],
    equalLayers: 0,
  }
  const image = imageOf([{ created_by: 'base' }, { created_by: 'COPY /x /y # buildkit' }])
  const facts = { dockerfile: parseDockerfile(text, 'Dockerfile'), target: undefined, buildArgs: {}, epoch: 1 }
  const sides = { a: { provenance: null, ...clock.a }, b: { provenance: null, ...clock.b } }
  const { findings } = await explain({ comparison, imageA: image, imageB: image, ...facts, ...sides })
  expect(findings[0]).toMatchObject({ id: 'build-time', confidence: 'likely', location: { line: 4 } })
})

test.each([
  ['RUN echo "built: $(date -u +%FT%TZ)" > /x', 'RUN echo "built: $(date -d "@$SOURCE_DATE_EPOCH" -u +%FT%TZ)" > /x'],
  ['RUN date > /x', 'RUN date -u -d "@$SOURCE_DATE_EPOCH" > /x'],
])('the fix of %s', async (run, expected) => {
  const [finding] = await explained(`FROM debian\n${run}\n`, { layers: [layerOf([stamp('x')])] })
  expect(finding?.fix?.snippet).toBe(`ARG SOURCE_DATE_EPOCH\n${expected}`)
  const [declared] = await explained(`FROM debian\nARG SOURCE_DATE_EPOCH\n${run}\n`, {
    layers: [layerOf([stamp('x')])],
  })
  expect(declared?.fix?.snippet).toBe(expected)
})

test('a fixed date is left alone', async () => {
  const [finding] = await explained('FROM debian\nRUN date -d @1 > /x && app --update > /y\n', {
    layers: [layerOf([stamp('x')])],
  })
  expect(finding).toMatchObject({ id: 'build-time', location: { line: 2 } })
  expect(finding?.fix).not.toHaveProperty('snippet')
})

describe('values that travel', () => {
  const [idA, idB] = ['ea0de5e3-b825-45c5-9b5c-66874bd9b5c0', '94cb1318-481b-49d8-88eb-d3515fec230b']
  const quoting = 'FROM debian\nRUN uuidgen > /etc/id\nRUN echo "x$(cat /etc/id)" > /app/id2\n'

  test('a token written into other text is a consequence of the file it came from', async () => {
    const findings = await explained(quoting, {
      layers: [layerOf([changed('etc/id', idA, idB)], 1), layerOf([changed('app/id2', `x${idA}`, `x${idB}`)], 2)],
    })
    expect(findings.map(({ id, location, paths }) => [id, location?.line, paths])).toEqual([
      ['random-token', 2, ['etc/id', 'app/id2']],
    ])
    expect(findings[0]?.evidence.at(-1)?.what).toBe('consequence: line 3 writes a value of etc/id into app/id2')
  })

  test('what an ADD or COPY takes from outside follows from no RUN, whatever it holds', async () => {
    for (const taken of ['ADD https://a.example/id2 /app/id2', 'COPY id2 /app/id2']) {
      const findings = await explained(`FROM debian\nRUN curl -o /etc/id https://a.example/id\n${taken}\n`, {
        layers: [layerOf([changed('etc/id', idA, idB)], 1), layerOf([changed('app/id2', `x${idA}`, `x${idB}`)], 2)],
      })
      expect(findings.map(({ location, paths }) => [location?.line, paths])).toEqual([
        [2, ['etc/id']],
        [3, ['app/id2']],
      ])
    }
  })

  test('another token is a cause of its own', async () => {
    const own = changed('app/id2', 'x1f2caa20-9504-4395-b95e-8a744eb82e5e', 'xd998e4fb-cdcc-4288-a010-0ea283b30fa4')
    const findings = await explained(quoting, {
      layers: [layerOf([changed('etc/id', idA, idB)], 1), layerOf([own], 2)],
    })
    expect(findings.map(({ location }) => location?.line)).toEqual([2, 3])
  })

  test('two clocks read in one second are two causes', async () => {
    const text = 'FROM debian\nRUN date > /opt/a\nRUN date > /opt/b\n'
    const findings = await explained(text, { layers: [layerOf([stamp('opt/a')], 1), layerOf([stamp('opt/b')], 2)] })
    expect(findings.map(({ location }) => location?.line)).toEqual([2, 3])
  })
})

describe('what only the instruction tells', () => {
  test.each([
    ['RUN echo $RANDOM > /port', '43062\n', '5483\n', 'random-token'],
    ['RUN date +%H%M > /port', '0300\n', '0301\n', 'build-time'],
    [
      'RUN date +%s | sha256sum > /port',
      `${'0123456789abcdef'.repeat(4)}\n`,
      `${'fedcba9876543210'.repeat(4)}\n`,
      'build-time',
    ],
    ['RUN make', '43062\n', '5483\n', 'unknown-difference'],
    ['RUN date > /x && echo $RANDOM > /port', '43062\n', '5483\n', 'unknown-difference'],
  ])('%s', async (run, a, b, id) => {
    const [finding] = await explained(`FROM debian\n${run}\n`, { layers: [layerOf([changed('port', a, b)])] })
    expect(finding?.id).toBe(id)
    expect(finding?.confidence).toBe(id === 'unknown-difference' ? 'unknown' : 'likely')
  })
})
