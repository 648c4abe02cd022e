import { readFileSync } from 'node:fs'
import { configDifferences } from '../../../src/compare/config.ts'
import { parseDockerfile } from '../../../src/dockerfile/parse.ts'
import { argumentsBehind } from '../../../src/explain/config/config-source.ts'
import { explain } from '../../../src/explain/explain.ts'
import type { Finding } from '../../../src/finding.ts'
import type { Comparison } from '../../../src/image/comparison.ts'
import type { Image, ImageConfig } from '../../../src/image/image.ts'
import { compareForeign, told } from '../../commands/foreign.ts'
import { changed, clock, layerOf } from '../subject.ts'
import type { CauseCase } from './cause-case.ts'

const read = (name: string): string => readFileSync(new URL(`../fixtures/binaries/${name}`, import.meta.url), 'utf8')

const imageOf = (config: ImageConfig): Image => ({
  digest: 'm',
  configDigest: 'c',
  manifest: { config: { mediaType: '', digest: '', size: 0 }, layers: [] },
  config,
})

const text = read('config.Dockerfile')
const [a, b] = ['a', 'b'].map(side => JSON.parse(read(`config-${side}.json`)) as ImageConfig) as [
  ImageConfig,
  ImageConfig,
]

async function findingsOf(
  given: Partial<Comparison>,
  configs: [ImageConfig, ImageConfig] = [a, b],
  dockerfile = text,
): Promise<Finding[]> {
  const { findings } = await explain({
    comparison: { level: 'different', config: [], manifest: [], layers: [], equalLayers: 0, ...given },
    imageA: imageOf(configs[0]),
    imageB: imageOf(configs[1]),
    dockerfile: parseDockerfile(dockerfile, 'Dockerfile'),
    target: undefined,
    buildArgs: {},
    epoch: 1_700_000_000,
    a: { provenance: null, ...clock.a },
    b: { provenance: null, ...clock.b },
  })
  return findings
}

/** `<id> line <line>: <the arguments named>` of the finding about a field. */
async function ofField(pointer: string): Promise<string> {
  const config = configDifferences(a, b).filter(one => one.pointer === pointer || one.pointer.startsWith(`${pointer}/`))
  const [finding] = await findingsOf({ config })
  const named = finding?.evidence?.flatMap(({ what }) => /^build argument (\w+)/.exec(what)?.[1] ?? []) ?? []
  return `${finding?.id} line ${finding?.location?.line}: ${named.join(' ')}`
}

const by = 'two builds with other arguments'
const field = (pointer: string, expected: string, rows: number[] = [74]): CauseCase => ({
  rows,
  name: pointer,
  by,
  found: () => ofField(pointer),
  expected,
})

const ids = async (findings: Promise<Finding[]>): Promise<string> =>
  (await findings).map(({ id, location }) => `${id} line ${location?.line}`).join(', ')

const plain = 'FROM debian:12\nRUN make\n'
const config = (created: string, steps: { created_by: string; empty_layer?: boolean }[]): ImageConfig => ({
  created,
  config: {},
  history: steps,
  rootfs: { type: 'layers', diff_ids: steps.filter(step => !step.empty_layer).map((_, index) => `d${index}`) },
})
const steps = [{ created_by: 'base' }, { created_by: 'RUN /bin/sh -c make # buildkit' }]
const same = config('2023-11-14T22:13:20Z', steps)
const withArgument = (value: string) =>
  changedLayer(`RUN |1 RUN_ID=${value} /bin/sh -c echo "$RUN_ID" > /etc/run # buildkit`)
const changedLayer = (created_by: string) => ({
  descriptor: { mediaType: '', digest: created_by, size: 1 },
  diffId: created_by,
  history: { created_by },
})

/** Images that other builders wrote (see ../../commands/fixtures/make-foreign.sh): all findings, or the level where none is. */
const foreign = (
  rows: number[],
  by: string,
  [first, second, dockerfile, level]: [a: string, b: string, dockerfile?: string | undefined, level?: string],
  ...expected: string[]
): CauseCase => ({
  rows,
  by,
  name: `${first} and ${second}`,
  found: async () => {
    const report = await compareForeign(first, second, dockerfile, level === undefined ? {} : { level: [level] })
    return report.findings.length === 0 ? String(report.level) : told(report).join('\n')
  },
  expected: expected.join('\n'),
})

export const cases: CauseCase[] = [
  field('/config/Labels/build-date', 'config-label line 7: BUILD_DATE'),
  field('/config/Labels/version', 'config-label line 9: VERSION'),
  field('/config/Labels/outside', 'config-label line undefined: '),
  field('/config/Env', 'config-env line 5: VERSION'),
  field('/config/WorkingDir', 'config-field line 10: VERSION'),
  field('/config/ExposedPorts', 'config-field line 13: PORT'),
  field('/config/Volumes', 'config-field line 14: VERSION'),
  field('/config/User', 'config-field line 15: VERSION'),
  field('/config/StopSignal', 'config-field line 17: SIG'),
  field('/config/Shell', 'config-field line 19: ', []),
  field('/config/OnBuild', 'config-field line 20: ', []),
  field('/config/Cmd', 'config-field line 21: ', []),
  field('/author', 'config-field line 6: ', []),
  foreign(
    [73],
    'buildah 1.28, twice',
    ['moment.a', 'moment.b', 'Dockerfile'],
    'config-created line ?: ',
    'header-mtime line 2: srv',
    'header-mtime line 3: srv/sub',
  ),
  foreign(
    [73],
    'kaniko 1.24 and the classic builder of Docker 28.5',
    ['kaniko', 'classic', 'Dockerfile'],
    'config-created line ?: ',
    'folder-entry line 2: .',
    'header-mtime line 2: srv srv/link srv/sub srv/sub/one.txt srv/sub-three srv/sub.txt',
    'header-mtime line 3: srv/sub/more.txt',
  ),
  foreign([74], 'buildah 1.28 with two arguments', ['label.a', 'label.b', 'label.Dockerfile'], 'config-label line 3: '),
  foreign(
    [74],
    'BuildKit with two arguments',
    ['history.a', 'history.b', 'history.Dockerfile'],
    'config-history line 3: ',
  ),
  foreign(
    [74],
    'BuildKit with two arguments',
    ['argument.a', 'argument.b', 'argument.Dockerfile'],
    'build-argument line 4: etc/run etc/v/10467 etc/v/10523',
  ),
  {
    rows: [],
    name: 'a file that differs by more than the build argument',
    by: 'made by hand as a look-alike',
    found: () => {
      const layer = {
        ...layerOf([changed('etc/run', '10467 red\n', '10523 blue\n')]),
        a: withArgument('10467'),
        b: withArgument('10523'),
      }
      return ids(findingsOf({ layers: [layer] }, [same, same], plain))
    },
    expected: 'unknown-difference line 2',
  },
  foreign(
    [75],
    'buildah 1.28 on two bases of one name',
    ['moved.a', 'moved.b', 'moved.Dockerfile'],
    'base-image line 1: ',
  ),
  foreign([72], 'GNU tar 1.34 and crane 0.20', ['order.a', 'order.b'], 'layer-packing line ?: '),
  foreign([77], 'BuildKit, and skopeo 1.9', ['buildkit', 'v2s2'], 'same-content'),
  foreign([76], 'BuildKit with provenance, twice', ['attested.a', 'attested.b'], 'identical'),
  foreign(
    [76, 77],
    'BuildKit, with and without compression',
    ['buildkit', 'repacked', undefined, 'identical'],
    'repackaged line ?: ',
  ),
  foreign(
    [78],
    'buildah 1.28 with --layers and without',
    ['buildah', 'squashed', 'Dockerfile'],
    'layer-count line ?: srv srv/link srv/sub srv/sub/one.txt srv/sub-three srv/sub.txt srv srv/link srv/sub srv/sub/more.txt srv/sub/one.txt srv/sub-three srv/sub.txt srv srv/sub srv/sub/more.txt',
  ),
  foreign(
    [71],
    'buildah 1.28 on overlayfs and on plain copies',
    ['opaque.a', 'opaque.b'],
    'opaque-whiteout line ?: srv/data/.wh..wh..opq srv/data/.wh.x srv/data/.wh.y',
  ),
  foreign(
    [71],
    'buildah 1.28 on plain copies and on overlayfs',
    ['opaque.b', 'opaque.a'],
    'opaque-whiteout line ?: srv/data/.wh..wh..opq srv/data/.wh.x srv/data/.wh.y',
  ),
  {
    rows: [],
    name: 'an argument of another name',
    by: 'the Dockerfile alone',
    found: () => {
      const dockerfile = parseDockerfile(
        'FROM a\nARG X\nARG XY\nENV P=${XY:-1} Q=$X\nLABEL v=$P w=\\$X\n',
        'Dockerfile',
      )
      const label = dockerfile.instructions.at(-1)
      return label
        ? argumentsBehind(label, dockerfile.instructions, 'v')
            .map(({ name }) => name)
            .join(' ')
        : ''
    },
    expected: 'XY',
  },
]
