import { stepsOf } from '../../../src/lint/workflow.ts'
import { buildsOf } from '../../../src/lint/workflow-build.ts'
import { promise, type Target } from '../target.ts'
import { yaml } from '../words.ts'

export const target: Target = {
  name: 'workflow',
  what: 'GitHub workflows, and the builds in them',
  seeds: [
    'env:\n  SOURCE_DATE_EPOCH: 1\njobs:\n  a:\n    steps:\n      - uses: docker/build-push-action@v6\n        with:\n          tags: |\n            a:${{ github.sha }}\n          file: x\n      - run: |\n          docker buildx build -t x --build-arg A="$(date)" .\n',
  ],
  words: [
    ...yaml,
    'jobs:\n',
    '  a:\n',
    '    steps:\n',
    '      - uses: docker/build-push-action@v6\n',
    '        with:\n',
    '          build-args: |\n',
    '      - run: docker build .\n',
    'env:',
    '${{ ',
    ' }}',
    'docker build ',
    '--label ',
    '-f ',
    ' && ',
    '$(date)',
    'GITHUB_ENV',
  ],
  ms: { fixed: 150, perKiB: 100 },
  run(bytes) {
    const text = bytes.toString()
    const lines = text.split('\n').length
    for (const step of stepsOf({ file: 'x.yml', text })) {
      for (const placed of [step.uses, step.run, ...step.with.values()]) {
        const place = placed?.placeOf(placed.text.slice(0, 3))
        promise(place === undefined || (place.line >= 1 && place.line <= lines), 'a step stands in its file')
      }
      step.hasEnv('A')
      buildsOf(step)
    }
  },
}
