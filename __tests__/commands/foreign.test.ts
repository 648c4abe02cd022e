import { describe, expect, test } from '@jest/globals'
import { compareForeign, told } from './foreign.ts'

describe('one Dockerfile by four builders', () => {
  test.each([
    ['buildkit', 'buildah', 'header-mtime line 2: srv srv/link srv/sub srv/sub/one.txt srv/sub-three srv/sub.txt'],
    ['buildkit', 'kaniko', 'folder-entry line 2: .'],
    ['buildkit', 'classic', 'header-mtime line 2: srv'],
    ['kaniko', 'classic', 'header-mtime line 3: srv/sub/more.txt'],
    ['buildah', 'kaniko', 'config-label line ?: '],
  ])('%s and %s: no file differs in content', async (a, b, finding) => {
    const report = await compareForeign(a, b, 'Dockerfile')
    expect(report).toMatchObject({ verdict: 'not-reproducible', level: 'different', doubts: [] })
    expect(told(report)).toContainEqual(finding)
    const known = ['config-created', 'config-field', 'config-label', 'folder-entry', 'header-mtime']
    expect(report.findings.map(({ id }) => id).filter(id => !known.includes(id))).toEqual([])
    // The steps of all are matched to their lines, whatever each builder calls them.
    expect(report.levelReasons.join(' ')).toMatch(/history differs at `COPY .*` \(line 2\), and at 4 more/)
    expect(report.levelReasons.join(' ')).toContain('layers (lines 2 and 3) differ')
  })

  test('the layers of buildah against one that holds them all', async () => {
    const report = await compareForeign('buildah', 'squashed', 'Dockerfile')
    expect(report.findings.map(({ id }) => id)).toEqual(['layer-count'])
  })

  test('the same builder at two moments', async () => {
    const report = await compareForeign('moment.a', 'moment.b', 'Dockerfile')
    expect(told(report)).toEqual([
      'config-created line ?: ',
      'header-mtime line 2: srv',
      'header-mtime line 3: srv/sub',
    ])
    expect(report.levelReasons).toContainEqual(
      expect.stringMatching(/the history says differently when its steps ran and which image a step began with/),
    )
  })
})

describe('what buildah, umoci and crane put into layers', () => {
  test('devices, capabilities, attributes and owners beyond octal numbers', async () => {
    const report = await compareForeign('headers.a', 'headers.b')
    expect(told(report)).toEqual([
      'header-owner line ?: opt/owner',
      'header-type line ?: dev/null',
      'header-xattr line ?: opt/cap opt/note',
    ])
    const evidence = report.findings.flatMap(one => one.evidence ?? [])
    expect(evidence).toContainEqual(expect.objectContaining({ a: '3000000000:0', b: '3000000001:0' }))
    expect(evidence).toContainEqual(
      expect.objectContaining({ what: expect.stringMatching(/^device/), a: '1,3', b: '1,5' }),
    )
    expect(evidence).toContainEqual(expect.objectContaining({ what: 'extended attribute security.capability' }))
    expect(evidence).toContainEqual(expect.objectContaining({ what: 'extended attribute user.origin' }))
  })

  test('hard links, pipes, holes and long names are equal to themselves', async () => {
    expect(await compareForeign('headers.a', 'headers.a')).toMatchObject({ level: 'identical' })
  })

  test('a folder made anew: one opaque whiteout says what the other side lists', async () => {
    const report = await compareForeign('opaque.a', 'opaque.b')
    expect(told(report)).toEqual(['opaque-whiteout line ?: srv/data/.wh..wh..opq srv/data/.wh.x srv/data/.wh.y'])
  })

  test('layers without an end mark, which umoci writes, are read', async () => {
    const report = await compareForeign('umoci.a', 'umoci.b')
    expect(report).toMatchObject({ verdict: 'not-reproducible', level: 'different', doubts: [] })
    expect(told(report)).toEqual(['config-env line ?: ', 'unknown-difference line ?: srv/d/v'])
    expect(await compareForeign('umoci.a', 'umoci.a')).toMatchObject({ level: 'identical' })
  })

  test('the same files in another order', async () => {
    const report = await compareForeign('order.a', 'order.b')
    expect(report).toMatchObject({ level: 'same-files' })
    expect(told(report)).toEqual(['layer-packing line ?: '])
  })

  test('of a path that comes more than once, the last counts', async () => {
    const report = await compareForeign('twice.a', 'twice.b')
    expect(told(report)).toEqual(['unknown-difference line ?: srv/1'])
    expect(report.findings[0]?.evidence?.[0]).toMatchObject({ a: 'other', b: 'last' })
  })

  test('the times that a POSIX tar notes and a GNU one does not', async () => {
    const report = await compareForeign('formats.a', 'formats.b')
    expect(told(report)).toEqual(['header-xattr line ?: srv/1'])
    expect(report.findings[0]).toMatchObject({ title: 'The layer notes other facts of a file in each image' })
    expect(report.findings[0]?.evidence?.[0]).toMatchObject({ what: 'time of the last access', b: '(none)' })
  })
})

describe('one image, packed in other ways', () => {
  test("in Docker's archive, written by skopeo", async () => {
    expect(await compareForeign('buildkit', 'v2s2')).toMatchObject({ verdict: 'reproducible', level: 'same-content' })
  })

  test('in zstd, written by skopeo', async () => {
    const report = await compareForeign('v2s2', 'zstd')
    expect(report).toMatchObject({ verdict: 'reproducible', level: 'same-content' })
  })

  test('with the provenance of two builds', async () => {
    const report = await compareForeign('attested.a', 'attested.b', 'Dockerfile')
    expect(report).toMatchObject({ verdict: 'reproducible', level: 'identical' })
    expect(report.notes).toEqual([
      expect.stringContaining('an attestation manifest'),
      expect.stringContaining('an attestation manifest'),
    ])
  })
})

test('another base under one name, and a build argument, by buildah', async () => {
  expect(told(await compareForeign('moved.a', 'moved.b', 'moved.Dockerfile'))).toEqual(['base-image line 1: '])
  const report = await compareForeign('label.a', 'label.b', 'label.Dockerfile')
  expect(report).toMatchObject({ level: 'same-files' })
  expect(told(report)).toEqual(['config-label line 3: '])
  expect(report.findings[0]?.evidence).toContainEqual(
    expect.objectContaining({ what: 'build argument REVISION, declared in line 2' }),
  )
})
