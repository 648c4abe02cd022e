import { execFileSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { reportJson } from '../../src/report/json.ts'
import { asFolder, image, layout } from '../image-stores/lying-images.ts'
import { notReproducible } from '../report/reports.ts'

/** Each command that needs neither an engine nor anybody on the network, and how it ends. */
export const commands = [
  { name: 'help', args: ['--help'], code: 0 },
  { name: 'lint', args: ['lint', '.', '--config', 'none'], code: 0 },
  { name: 'fix', args: ['fix', '.', '--dry-run', '--config', 'none'], code: 1 },
  { name: 'init', args: ['init', '.', '--dry-run'], code: 0 },
  { name: 'compare, equal', args: ['compare', 'one', 'same'], code: 0 },
  { name: 'compare, different', args: ['compare', 'one', 'other'], code: 1 },
  { name: 'report', args: ['report', 'report.json'], code: 1 },
  { name: 'explain', args: ['explain', 'RG201'], code: 0 },
  // There is no engine.
  { name: 'gate', args: ['gate', '.', '--config', 'none'], code: 2 },
] as const

/** A checkout with all that the commands ask for, a commit of 2023, and a `docker` that does nothing. */
export function project(): { root: string; folder: string; path: string } {
  const root = mkdtempSync(join(tmpdir(), 'project-'))
  const [folder, bin] = [join(root, 'project'), join(root, 'bin')]
  for (const one of [folder, bin]) mkdirSync(one)
  writeFileSync(join(bin, 'docker'), '#!/bin/sh\nexit 1\n')
  chmodSync(join(bin, 'docker'), 0o755)
  writeFileSync(join(folder, 'Dockerfile'), 'FROM debian:12\nRUN apt-get update && apt-get install -y curl\n')
  const [one, other] = [image({ files: { a: 'one' } }), image({ files: { a: 'other' } })]
  for (const [name, given] of Object.entries({ one, same: one, other }))
    cpSync(asFolder(layout([given])), join(folder, name), { recursive: true })
  writeFileSync(join(folder, 'report.json'), reportJson(notReproducible))
  const git = (...args: string[]) => execFileSync('git', ['-C', folder, ...args], { env: ours, stdio: 'pipe' })
  const when = '2023-11-14T22:13:20Z'
  const ours = {
    ...{ PATH: process.env.PATH, HOME: root, GIT_CONFIG_NOSYSTEM: '1' },
    ...{ GIT_AUTHOR_NAME: 'a', GIT_AUTHOR_EMAIL: 'a@b.example', GIT_AUTHOR_DATE: when },
    ...{ GIT_COMMITTER_NAME: 'a', GIT_COMMITTER_EMAIL: 'a@b.example', GIT_COMMITTER_DATE: when },
  }
  git('init', '--quiet')
  git('add', 'Dockerfile')
  git('commit', '--quiet', '--message', 'x')
  return { root, folder, path: `${bin}:${process.env.PATH}` }
}

/** What was said, without how long it took and where. */
export const lasting = (said: string, folder: string): string =>
  said
    .replaceAll(folder, 'FOLDER')
    // Told only where it took a second or more.
    .replaceAll(/^.+: \d[\d.]* (?:s|min \d+ s)\n/gm, '')
    .replaceAll(/\b\d+(?:\.\d+)? (?:ms|s|min|h)\b/g, 'TIME')
    .replaceAll(/\/tmp\/[\w./-]+/g, 'TEMP')
