import type { Report, ReportBuild } from '../../src/report/report.ts'
import { at, common, digest, finding, layer } from './reports.ts'

/** Reports of `compare`, as of two images that somebody else built. */

const images = { A: 'ghcr.io/acme/app:1.4.2', B: 'oci:./out/app' }
const attested = 'The attestation manifest of image A was set aside: it is no part of the image.'
const aptLine = 'RUN /bin/sh -c apt-get update && apt-get install -y openssl # buildkit'

const build = (side: 'A' | 'B', manifest: string, config: string): ReportBuild => ({
  ...{ side, platform: 'linux/arm64', digest: digest(manifest), configDigest: digest(config), layers: [] },
})

const compared: Report = {
  ...common,
  ...{ command: 'compare', images, scope: null, ingredients: null },
  subject: { context: '', file: '', files: [], target: null, commit: null },
  ...{ verdict: 'not-reproducible', level: 'different', findings: [], layers: [], notes: [attested] },
  builds: [build('A', 'aaaa', 'ca01'), build('B', 'bbbb', 'cb01')],
  ...{ versions: { node: 'v24.19.0' }, timings: { compare: 1840, explain: 120 } },
}

/** Packages moved, and a wheel holds a `.pyc` with a time; one layer more on one side. */
export const comparedDifferent: Report = {
  ...compared,
  levelReasons: [
    'Not identical: 1 of 5 layers holds the same content in another compression (gzip and zstd), A by BuildKit, B by Buildah.',
    'Not same-content: only the history of image B has `ENV DEBUG=1`.',
    'Not same-files: image A has 4 layers, image B 5 layers; 3 of 5 layers differ in 44 paths.',
  ],
  pullAgain: [
    {
      ...{ platform: 'linux/arm64', compressed: true },
      firstDiffering: { index: 1, line: null, instruction: aptLine },
      ...{ pullLayers: 3, pullBytes: 1_288_490_188, pullBytesAtMost: 1_503_238_553, totalLayers: 5 },
      ...{
        totalBytes: 3_650_722_201,
        layersAbove: 3,
        layersAboveEqual: 1,
        repackedLayers: 1,
        repackedBytes: 29_000_000,
      },
      ...{ timesOnlyLayers: 1, timesOnlyBytes: 402_653_184 },
    },
  ],
  layers: [
    layer(0, { base: true, sizeA: 28_000_000, sizeB: 29_000_000, digestB: digest('5ca1ab1e') }),
    layer(1, { instruction: aptLine, equal: false, digestB: digest('d4e5f6'), differingPaths: 41 }),
    layer(2, { instruction: 'COPY app.whl /opt/ # buildkit', equal: false, digestB: digest('77'), differingPaths: 1 }),
    layer(3, { instruction: 'RUN touch /etc/debug', equal: false, digestA: null, sizeA: null, differingPaths: 2 }),
    layer(3, { instruction: 'COPY conf /etc/app # buildkit' }),
  ].map(one => ({ ...one, platform: 'linux/arm64' })),
  findings: [
    finding('package-version', {
      ...{ class: 'drift', title: 'Other packages were installed', count: 41 },
      message:
        'The package manager installed other versions in image B: 2 packages differ, and with them 41 files. The line could not be told for sure; the layer was made by: RUN apt-get update && apt-get install -y openssl',
      paths: ['usr/lib/aarch64-linux-gnu/libssl.so.3', 'usr/lib/aarch64-linux-gnu/libcrypto.so.3', 'usr/bin/openssl'],
      evidence: [
        { what: 'package libssl3, 38 files', path: 'var/lib/dpkg/status', a: '3.0.15-1', b: '3.0.16-1' },
        { what: 'package openssl, 3 files', path: 'var/lib/dpkg/status', a: '3.0.15-1', b: '3.0.16-1' },
      ],
      fix: { text: 'Install from a snapshot of the archive, or pin the versions.' },
    }),
    finding('pyc-timestamp', {
      title: 'Python wrote the time of a source file into its .pyc',
      message: 'A wheel holds compiled Python files, and these the time of their source.',
      paths: ['opt/app.whl'],
      evidence: [
        {
          ...{
            what: 'time of the source at byte 8 of the header',
            path: 'opt/app.whl → pkg/__pycache__/x.cpython-312.pyc',
          },
          ...{ offset: 8, a: '1795230331 = 2026-11-21 03:05:31 UTC', b: '1795230394 = 2026-11-21 03:06:34 UTC' },
        },
        { what: 'consequence: the RECORD of the wheel quotes its digest', path: 'opt/app.whl → app.dist-info/RECORD' },
      ],
      fix: { text: 'Build the wheel with SOURCE_DATE_EPOCH.' },
    }),
    finding('layer-count', {
      title: 'One image has more layers than the other',
      message: 'Only image B has a layer 4.',
      evidence: [{ what: 'diff ID of layer 4', a: '(none)', b: digest('d1ff') }],
    }),
  ],
}

export const comparedSame: Report = {
  ...compared,
  ...{ verdict: 'reproducible', level: 'same-content', findings: [] },
  levelReasons: ['Not identical: the layers are compressed differently (gzip and zstd).'],
  builds: [build('A', 'aaaa', 'c0'), build('B', 'bbbb', 'c0')],
  pullAgain: [
    {
      ...{ platform: 'linux/arm64', compressed: true, firstDiffering: null, pullLayers: 0, pullBytes: 0 },
      ...{ pullBytesAtMost: 0, totalLayers: 2, totalBytes: 29_000_000, layersAbove: 0, layersAboveEqual: 0 },
      ...{ repackedLayers: 2, repackedBytes: 29_000_000, timesOnlyLayers: 0, timesOnlyBytes: 0 },
    },
  ],
  layers: [layer(0, { digestB: digest('2') }), layer(1, { digestB: digest('3') })].map(one => ({
    ...one,
    platform: 'linux/arm64',
  })),
}

export const comparedUndecided: Report = {
  ...compared,
  ...{ verdict: 'undecided', level: null, builds: [] },
  doubts: ['layer 3 of image B (sha256:d4e5f64f1d9c): it ends before its size; the archive is cut off'],
}

/** With the Dockerfile that both came from. */
export const comparedWithDockerfile: Report = {
  ...comparedDifferent,
  subject: { ...compared.subject, file: 'Dockerfile', files: ['Dockerfile'] },
  findings: comparedDifferent.findings.map(one => ({ ...one, location: at(3, 5) })),
}
