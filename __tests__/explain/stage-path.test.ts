// Where a path of the image lies in the stage that its difference was traced to: a remedy that is given there must name that one.
import { describe, expect, test } from '@jest/globals'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { builderOf } from '../../src/explain/blame/builder-of.ts'
import { recordedBlame } from '../../src/explain/blame/recorded-blame.ts'
import { pathInStage } from '../../src/explain/blame/stage-path.ts'

const imageA = {
  digest: 'm',
  configDigest: 'c',
  manifest: { config: { mediaType: '', digest: '', size: 0 }, layers: [] },
  config: { config: {}, rootfs: { type: 'layers', diff_ids: [] } },
}

/** Where a path lies, by the instructions of the given lines. */
function placeOf(text: string, lines: number[], path: string): string | null {
  const dockerfile = parseDockerfile(text, 'Dockerfile')
  const via = lines.map(line => dockerfile.instructions.find(one => one.line === line) as never)
  return pathInStage({ dockerfile, buildArgs: { TO: '/opt/x' }, imageA }, via, path)
}

const rootfs = 'FROM a AS x\nRUN install\nFROM scratch\nCOPY --from=x /rootfs /\n'
const twice =
  'FROM a AS x\nRUN install\nFROM b AS y\nCOPY --from=x /rootfs /mnt\nFROM scratch\nCOPY --from=y /mnt/etc /etc\nCOPY --from=y /mnt/var/ /var/\n'
const named = 'FROM a AS x\nARG TO\nWORKDIR /srv\nRUN install\nFROM b\nWORKDIR /app\nCOPY --from=x /srv/lib ./lib\n'
const mounted =
  'FROM a AS x\nRUN install\nFROM b\nRUN --mount=type=bind,from=x,source=/out,target=/in cp /in/app.db /srv/app.db\n'
const moved =
  'FROM a AS x\nRUN install > /a\nRUN cp /a /b\nFROM c AS y\nCOPY --from=x /b /c\nFROM b\nCOPY --from=y /c /d\n'
const variables =
  'FROM a AS x\nARG TO\nWORKDIR /w\nRUN install > a\nRUN mv a $TO\nFROM b AS y\nCOPY --from=x /opt/x /c\nFROM b\nCOPY --from=y /c /d\n'
const behindMount =
  'FROM a AS x\nRUN install\nFROM c AS y\nCOPY --from=x /1 /2\nFROM d AS z\nCOPY --from=x /3 /2\nFROM b\nRUN --mount=from=y,target=/in cp /in/2 /d\n'
const besides =
  'FROM a AS x\nRUN install\nFROM d AS z\nCOPY --from=x /3 /a\nFROM c AS y\nCOPY --from=x /1 /a\nRUN cp /a /b\nFROM b\nCOPY --from=y /b /d\n'
const outside = 'FROM a AS x\nRUN install\nFROM b\nCOPY /context /a\nCOPY --from=image /b /c\nADD /d /e\n'

describe('where a path lies in the stage it came from', () => {
  test.each([
    ['a whole root', rootfs, [4], '/var/log/dnf.log', '/rootfs/var/log/dnf.log'],
    ['a pattern', rootfs, [4], '/var/cache/dnf/*', '/rootfs/var/cache/dnf/*'],
    ['two COPYs in a row', twice, [7, 4], '/var/log/*', '/rootfs/var/log/*'],
    ['one of two that a finding came through', twice, [7, 6, 4], '/etc/shadow', '/rootfs/etc/shadow'],
    ['a working folder', named, [7], '/app/lib/x.log', '/srv/lib/x.log'],
    ['a file that a RUN copied from a mount', mounted, [4], '/srv/app.db', '/out/app.db'],
    ['a file that a RUN of its stage copied', moved, [7, 5, 3], '/d', '/a'],
    ['a file that a RUN moved, by variables and a working folder', variables, [9, 7, 5], '/d', '/w/a'],
    ['a RUN of the image itself', 'FROM a\nRUN install > /a\nRUN cp /a /b\n', [3], '/b', '/a'],
    ['a COPY behind a mount, of that stage alone', behindMount, [8, 6, 4], '/d', '/1'],
    ['a COPY behind a RUN, of its stage alone', besides, [9, 7, 4, 6], '/d', '/1'],
    ['a COPY of a stage that it did not come through is passed over', moved, [7, 7, 5], '/d', '/b'],
    ['nowhere: another folder', twice, [7, 4], '/usr/lib/x', null],
    ['nowhere: a RUN that says nothing of it', mounted, [4], '/srv/other', null],
    ['nowhere: a RUN behind a COPY that says nothing of it', moved, [7, 5, 2], '/d', null],
    ['nowhere: nothing copied it', rootfs, [], '/etc/x', null],
    ['nowhere: the context', outside, [4], '/a', null],
    ['nowhere: an image from outside', outside, [5], '/c', null],
    ['nowhere: an ADD', outside, [6], '/e', null],
    ['nowhere: a COPY that cannot be read', 'FROM a AS x\nFROM b\nCOPY --from=x /a $NONE\n', [3], '/a', null],
  ])('%s', (_, text, lines, path, expected) => {
    expect(placeOf(text, lines, path)).toBe(expected)
  })
})

test('what was recorded of layers is told as it was', () => {
  const [one, two] = [
    { base: true, instruction: 'FROM a', line: null, endLine: null },
    { base: false, instruction: 'RUN x', line: 2, endLine: 3 },
  ]
  expect(recordedBlame([one, { ...two, more: 1 } as never])).toEqual([
    { index: 0, ...one, stage: null },
    { index: 1, ...two, stage: null },
  ])
})

describe('who made an image', () => {
  const told = (history: unknown, Labels?: unknown) =>
    builderOf({ ...imageA, config: { ...imageA.config, config: { Labels }, history } as never })
  test.each([
    ['BuildKit', { created_by: 'RUN x # buildkit' }],
    ['BuildKit', { comment: 'buildkit.dockerfile.v0', created_by: 'ko build' }],
    ['kaniko', { created_by: 'kaniko' }],
    ['Bazel', { created_by: 'bazel build ...' }],
    ['Buildah', { comment: 'buildah', created_by: '/bin/sh' }],
    ['ko', { comment: 'ko build', created_by: 'x' }],
    ['Jib', { created_by: 'jib-maven-plugin:3.4.0' }],
    ["Docker's builder before BuildKit", { created_by: '/bin/sh -c #(nop) CMD ["x"]' }],
    [null, { created_by: 'RUN kok build' }],
    [null, { created_by: 'RUN make jibber' }],
    [null, {}],
  ])('%s: %j', (expected, entry) => {
    expect(told([{ created_by: 'kaniko' }, entry])).toBe(expected)
  })

  test('is not known without a history, and is told by its label, too', () => {
    for (const odd of [undefined, null, [], 'buildkit', { '-1': { created_by: 'kaniko' } }])
      expect(told(odd)).toBeNull()
    expect(told([{ created_by: 'RUN x # buildkit' }], { 'io.buildah.version': '1.38' })).toBe('Buildah')
    expect(told([{ created_by: 'RUN x # buildkit' }], null)).toBe('BuildKit')
    expect(builderOf({ ...imageA, config: { rootfs: imageA.config.rootfs } })).toBeNull()
  })
})
