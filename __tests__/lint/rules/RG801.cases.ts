import { type Case, found as foundIn, silent as silentIn } from '../cases.ts'

const dockerfile = `FROM debian:12@sha256:${'4f'.repeat(32)}\nCOPY app /app\n`
const found = (name: string, workflow: string, more: Partial<Case> = {}): Case =>
  foundIn(name, dockerfile, { workflow, ...more })
const silent = (name: string, workflow: string, more: Partial<Case> = {}): Case =>
  silentIn(name, dockerfile, { workflow, ...more })

const job = (steps: string, env = ''): string => `on: push
${env}jobs:
  image:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
${steps.replace(/^(?=.)/gm, '      ')}`

const action = (inputs: string, uses = 'docker/build-push-action@v6', more = ''): string =>
  job(`- uses: ${uses}\n  with:\n${inputs.replace(/^(?=.)/gm, '    ')}${more.replace(/^(?=.)/gm, '  ')}`)

const marked = '«docker/build-push-action@v6»'
const whole = 'provenance: false\noutputs: type=image,push=true,rewrite-timestamp=true\n'
const epoch = '- run: echo "SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)" >> "$GITHUB_ENV"\n'

export const cases = {
  found: [
    found('all left to the defaults', action('push: true\ntags: o/app:1\n', marked), {
      level: 'warning',
      class: 'now',
      says: /provenance by default.*SOURCE_DATE_EPOCH is not given.*rewrite-timestamp=true/,
    }),
    found('pushed under a condition', action("push: ${{ github.event_name != 'pull_request' }}\n", marked)),
    found('pushed by the exporter', action('outputs: type=registry\n', marked)),
    found('everything but the epoch', action(whole, marked), { says: /again: SOURCE_DATE_EPOCH is not given,/ }),
    found(
      'everything but the times',
      action('push: true\nprovenance: false\nbuild-args: SOURCE_DATE_EPOCH=0\n', marked),
      {
        says: /again: the exporter is not told/,
      },
    ),
    found(
      'everything but the provenance',
      action('outputs: type=registry,rewrite-timestamp=true\n', marked, 'env:\n  SOURCE_DATE_EPOCH: 0\n'),
      {
        says: /again: Docker adds provenance/,
      },
    ),
    found('an epoch that comes too late', `${action(whole, marked)}${epoch.replace(/^/gm, '      ')}`),
    found(
      'a pinned action, with a comment',
      action('push: true\n', '«docker/build-push-action@4f4f4f4f4f4f4f4f» # v6'),
    ),
    found('this Dockerfile by its path', action('push: true\ncontext: ./\nfile: ./Dockerfile\n', marked)),
    found('a Dockerfile by an expression', action('push: true\nfile: ${{ matrix.file }}\n', marked)),
    found('bake', action('push: true\n', '«docker/bake-action@v5»'), { says: /again: Docker adds provenance[^;]*\./ }),
    found('the command', job('- run: «docker buildx build --push -t o/app:1 .»\n'), {
      says: /`docker buildx build` pushes/,
    }),
    found(
      'the command in a script',
      job(
        '- run: |\n    set -e\n    «docker build --output type=registry -t o/app:${{ github.sha }} .»\n    echo done\n',
      ),
    ),
    found('a command over lines', job('- run: |\n    «docker buildx build» \\\n      --push \\\n      -t o/app:1 .\n')),
    found(
      'the same command twice',
      job('- run: |\n    «docker buildx build --push -t a .»\n    «docker buildx build --push -t a .»\n'),
    ),
    found('the command of bake', job('- run: «docker buildx bake --push»\n')),
    found('two steps', `${action('push: true\n', marked)}      - uses: ${marked}\n        with: { push: true }\n`),
    found(
      'a BuildKit that moves',
      job(
        '- uses: docker/setup-buildx-action@v3\n  with:\n    driver-opts: |\n      network=host\n      image=«moby/buildkit:buildx-stable-1»\n',
      ),
      {
        says: /another BuildKit with every release/,
      },
    ),
    found(
      'a BuildKit that moves, on one line',
      job(
        '- uses: docker/setup-buildx-action@v3\n  with:\n    driver-opts: image=«moby/buildkit:master»,network=host\n',
      ),
    ),
    found('a BuildKit without a tag', job('- run: docker buildx create --use --driver-opt image=«moby/buildkit»\n')),
  ],
  silent: [
    silent(
      'all that is needed',
      `${job(`${epoch}- uses: docker/build-push-action@v6\n  with:\n    provenance: false\n    outputs: type=image,push=true,rewrite-timestamp=true\n`)}`,
    ),
    silent(
      'all that is needed, for the whole workflow',
      job(
        `- uses: docker/build-push-action@v6\n  with:\n    outputs: type=registry,rewrite-timestamp=true\n`,
        'env:\n  SOURCE_DATE_EPOCH: 0\n  BUILDX_NO_DEFAULT_ATTESTATIONS: 1\n',
      ),
    ),
    silent(
      'an env made by an expression',
      job(
        `- uses: docker/build-push-action@v6\n  env: \${{ fromJSON(vars.ENV) }}\n  with:\n    outputs: type=registry,rewrite-timestamp=true\n`,
      ),
    ),
    silent(
      'provenance that is asked for',
      `${job(`${epoch}- uses: docker/build-push-action@v6\n  with:\n    provenance: mode=max\n    outputs: type=registry,rewrite-timestamp=true\n`)}`,
    ),
    silent('no push', action('load: true\ntags: o/app:1\n')),
    silent('push: false', action('push: false\n')),
    silent('no inputs', job('- uses: docker/build-push-action@v6\n')),
    silent('another Dockerfile', action('push: true\nfile: docker/Dockerfile.docs\n')),
    silent('another context', action('push: true\ncontext: services/api\n')),
    silent('another action', action('push: true\n', 'o/build-push-action@v6')),
    silent(
      'the command, with all that is needed',
      job(
        '- run: |\n    export SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)\n    docker buildx build --provenance=false --output type=image,push=true,rewrite-timestamp=true -t o/app:1 .\n',
      ),
    ),
    silent('the command without push', job('- run: docker build -t o/app:1 .\n')),
    silent('options that nobody knows', job('- run: docker buildx build --push "${args[@]}" .\n')),
    silent('options of an expression', job('- run: docker buildx build --push ${{ inputs.options }} .\n')),
    silent(
      'a command of another folder',
      job('- working-directory: docs\n  run: docker buildx build --push -t o/docs:1 .\n'),
    ),
    silent('a command that is only printed', job('- run: echo docker buildx build --push .\n')),
    silent(
      'bake with all said',
      action('push: true\nset: |\n  *.attest=type=provenance,disabled=true\n', 'docker/bake-action@v5'),
    ),
    silent(
      'a BuildKit by digest',
      job(
        `- uses: docker/setup-buildx-action@v3\n  with:\n    driver-opts: image=moby/buildkit:v0.26@sha256:${'4f'.repeat(32)}\n`,
      ),
    ),
    silent(
      'a BuildKit by whole version',
      job('- uses: docker/setup-buildx-action@v3\n  with:\n    driver-opts: image=moby/buildkit:v0.26.2\n'),
    ),
    silent(
      'a BuildKit by expression',
      job('- uses: docker/setup-buildx-action@v3\n  with:\n    driver-opts: image=moby/buildkit:${{ vars.TAG }}\n'),
    ),
    silent('no workflow', 'docker: [build-push-action\n'),
    silent('nothing', ''),
    silent('an ignore in the Dockerfile', action('push: true\n'), {
      text: `# repro-gate ignore=RG801 -- releases are built elsewhere\n${dockerfile}`,
    }),
  ],
}
