import { parseInspect } from '../../../src/build/builder-inspect.ts'
import { createProgress } from '../../../src/build/progress.ts'
import { vanishedIn } from '../../../src/build/vanished.ts'
import { createStepReader } from '../../../src/smoke/output.ts'
import { promise, type Target } from '../target.ts'
import { digests, json } from '../words.ts'

const line = `{"vertexes":[{"digest":"sha256:${'1'.repeat(64)}","name":"[2/3] RUN make","started":"2026-11-21T03:00:00Z","completed":"2026-11-21T03:00:01Z","cached":true,"error":"x"}],"statuses":[{"id":"rewriting layers with source-date-epoch 1700000000","vertex":"sha256:${'1'.repeat(64)}","current":1,"total":2}],"logs":[{"vertex":"sha256:${'1'.repeat(64)}","stream":2,"data":"aGVsbG8K"}],"warnings":[{"short":"eA=="}]}`

export const target: Target = {
  name: 'progress',
  what: 'progress that buildx tells, its words about a builder, outputs of a smoke command',
  seeds: [
    `${line}\nERROR: failed to solve: x\n${line}`,
    'Name: a\nDriver: docker-container\nNodes:\nName: b\nEndpoint: unix:///x\nStatus: running\nPlatforms: linux/amd64*, linux/386\nLabels:\n org.x: y\n',
  ],
  files: ['__tests__/build/fixtures/fail-run.jsonl', '__tests__/build/fixtures/fail-from.jsonl'],
  words: [
    ...json,
    ...digests,
    '\n',
    '"vertexes":',
    '"logs":',
    '"statuses":',
    '"warnings":',
    '"digest":',
    '"name":',
    '"started":',
    '"completed":',
    '"cached":true',
    '"error":',
    '"data":',
    '"stream":',
    '"vertex":',
    '"inputs":',
    '2026-11-21T03:00:00Z',
    '0001-01-01T00:00:00Z',
    'Nodes:\n',
    'Name: ',
    'Driver: ',
    'ERROR: ',
    '------\n',
    '[2/3] RUN ',
    'rewriting layers with source-date-epoch ',
  ],
  maxBytes: 8192,
  run(bytes) {
    const text = bytes.toString()
    const [progress, step] = [createProgress(() => 0), createStepReader()]
    for (const one of text.split('\n')) {
      for (const event of progress.read(one))
        promise(!('text' in event) || event.text.length <= 4000, 'what is shown of progress is bounded')
      step.read(one)
    }
    step.step()
    for (const { digest } of progress.steps()) {
      promise(progress.logTail(digest).length <= 20, 'a tail is twenty lines')
      progress.ranFor(digest, 0)
    }
    progress.plainText()
    progress.warnings()
    parseInspect(text)
    vanishedIn({ message: text, logTail: text.split('\n'), step: text })
  },
}
