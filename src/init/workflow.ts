import type { Existing } from './existing.ts'

/**
 * The workflow that gates every pull request. Of one Dockerfile in its usual place the step needs no input; of several
 * each has a job of its own.
 * @param dockerfiles by their paths from the root of the repository
 * @param config where the configuration is, if nobody would find it there
 * @param release the major version of the action to name
 */
export function workflowText(dockerfiles: readonly Existing[], config: string | null, release: string): string {
  const [only] = dockerfiles
  const configured = config === null ? '' : `          config: ${quoted(config)}\n`
  const isUsual = only === undefined || (only.file === 'Dockerfile' && only.context === '.')
  if (dockerfiles.length > 1)
    return text(matrixOf(dockerfiles), inputs('${{ matrix.context }}', '${{ matrix.file }}') + configured, release)
  return text('', isUsual ? '' : inputs(quoted(only.context), quoted(only.file)) + configured, release)
}

const inputs = (context: string, file: string): string => `        with:
          context: ${context}
          file: ${file}
`

const matrixOf = (dockerfiles: readonly Existing[]): string => `    strategy:
      fail-fast: false
      matrix:
        include:
${dockerfiles.map(({ context, file }) => `          - context: ${quoted(context)}\n            file: ${quoted(file)}\n`).join('')}`

const text = (strategy: string, given: string, release: string): string => `\
# Does this commit always give the same image, and if not, which line of the Dockerfile is to blame?
name: reproducible
on:
  push:
    branches: [main, master]
  pull_request:

permissions: {}

jobs:
  gate:
    runs-on: ubuntu-24.04
    timeout-minutes: 60
    permissions:
      contents: read
      checks: write # for annotations; without it they go to the log
${strategy}    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - uses: docker/setup-buildx-action@37fe631027851001ddb9b187196cc803df7f5f0e # v4.3.0
      - uses: repro-gate/repro-gate@${release} # better: the full SHA of a release
${given}`

/** What YAML could read as anything but text is quoted: a folder may be called `1.10`, or `on`. */
const quoted = (path: string): string =>
  path === '.' || (/^[A-Za-z][\w./-]*$/.test(path) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(path))
    ? path
    : `'${path}'`
