import { readFileSync } from 'node:fs'
import { causesOf, changed } from '../subject.ts'
import type { CauseCase } from './cause-case.ts'

const bytes = (name: string): Buffer => readFileSync(new URL(`../fixtures/archives/${name}`, import.meta.url))

/** An archive of fixtures/archives, made by make-archives.sh; all its causes are told, in their order. */
const archive = (rows: number[], name: string, by: string, expected: string): CauseCase => ({
  rows,
  name: `opt/${name}`,
  by,
  found: () => causesOf(changed(`opt/${name}`, bytes(`${name}.a`), bytes(`${name}.b`))),
  expected,
})

const infoZip = 'zip 3.0'
const python = 'zipfile of Python 3.11'
const wheel = 'pip wheel with setuptools 75.6'
const jar = 'jar of OpenJDK 17'
const gnuTar = 'GNU tar 1.34'

export const cases: CauseCase[] = [
  // Row 29: gzip.
  archive([29], 'pigz.gz', 'pigz 2.6', 'gzip-time certain'),
  archive([29], 'name.gz', 'gzip 1.12', 'gzip-time certain'),
  archive([29], 'level.gz', 'gzip 1.12 at levels 1 and 9', 'archive-packing certain'),
  archive([29], 'tool.gz', 'gzip 1.12 and pigz 2.6', 'archive-packing certain'),
  archive([29], 'inner.json.gz', 'gzip 1.12', 'build-time certain'),
  // Row 30: zip and what is one.
  archive([30], 'times.zip', infoZip, 'zip-time certain'),
  archive([30], 'tokyo.zip', `${infoZip} with TZ=Asia/Tokyo`, 'zip-time certain'),
  archive([30], 'content.zip', infoZip, 'build-time certain'),
  archive([30], 'both.zip', infoZip, 'pyc-timestamp certain, zip-time certain'),
  archive([30], 'level.zip', `${infoZip} at levels 1 and 9`, 'archive-packing certain'),
  archive([30], 'order.zip', infoZip, 'archive-order certain'),
  archive([30], 'mode.zip', infoZip, 'archive-packing certain'),
  archive([30], 'comment.zip', infoZip, 'archive-packing certain'),
  archive([30], 'app.pyz', 'zipapp of Python 3.11', 'zip-time certain'),
  archive([30], 'content.whl', wheel, 'build-time certain'),
  archive([30], 'both.whl', wheel, 'build-time certain, zip-time certain'),
  archive([30], 'times.jar', jar, 'zip-time certain'),
  archive([30, 31], 'app.jar', jar, 'java-build-info certain'),
  archive([30, 31], 'app.war', `${jar}, one in another`, 'java-build-info certain'),
  archive([30], 'report.docx', python, 'build-time certain'),
  archive([30, 45], 'weights.npz', 'numpy 2.1.3', 'unseeded-numbers likely'),
  // Row 32: tar.
  archive([32], 'pax.tar', `${gnuTar}, POSIX format`, 'tar-header certain'),
  archive([32], 'bsd.tar', 'bsdtar 3.6.2', 'tar-header certain'),
  archive([32], 'owner.tar', gnuTar, 'tar-header certain'),
  archive([32], 'order.tar', gnuTar, 'archive-order certain'),
  archive([32, 17], 'pyc.tar.gz', `${gnuTar} and gzip 1.12`, 'pyc-timestamp certain'),
  archive([32], 'module.tgz', 'npm pack', 'build-time certain'),
  // Row 33: ar.
  archive([33], 'order.a', 'GNU ar 2.40', 'archive-order certain'),
  archive([33, 34], 'content.a', 'GNU ar 2.40', 'elf-date-macro certain'),
  archive([33, 17], 'demo.deb', 'dpkg-deb 1.21', 'pyc-timestamp certain, ar-time certain, tar-header certain'),
  archive([33], 'xz.deb', 'dpkg-deb 1.21 with xz', 'unknown-difference likely, ar-time likely'),

  // Look-alikes: archives whose packing is alike, and what only looks like an archive.
  archive([], 'token.zip', infoZip, 'random-token certain'),
  archive([], 'token.gz', 'gzip 1.12', 'random-token certain'),
  archive([], 'lines.tar', gnuTar, 'line-order certain'),
  archive([], 'lie.zip', 'a shell', 'build-time certain'),
]
