import { lint } from '../../../src/lint/lint.ts'
import { inputOf } from '../../lint/cases.ts'
import { isClean, parts } from '../parts.ts'
import { promise, type Target } from '../target.ts'
import { dockerfile, installs, shell } from '../words.ts'

const files = {
  'requirements.txt': 'flask==1 --hash=sha256:00\n-r more.txt\n',
  'package.json': '{"dependencies":{"a":"^1"}}',
  'pyproject.toml': '[project]\nname = "x"\n',
  'Cargo.toml': '[package]\n',
  '.git/HEAD': '',
  'a.bin': { mode: 0o7777 },
  link: { symlink: true as const, text: '../x' },
}

export const target: Target = {
  name: 'lint',
  what: 'all rules of the lint, strict, over a Dockerfile and a build context',
  seeds: [
    'FROM debian:12\nRUN apt-get update && apt-get install -y curl && curl https://x.test/a | sh\nCOPY . /app\nRUN pip install -r /app/requirements.txt\n',
  ],
  files: ['__tests__/lint/quiet/python-service.Dockerfile'],
  words: [...dockerfile, ...installs, ...shell],
  ms: { fixed: 300, perKiB: 200 },
  run(bytes) {
    const [text = '', ignore] = parts(bytes).map(String)
    const given = { files, git: { tracked: { 'a.bin': 0o755 } }, settings: { profile: 'strict' as const } }
    const { findings, ignored } = lint(inputOf(text, ignore === undefined ? given : { ...given, ignore }))
    const lines = text.split('\n').length
    for (const { location, message, title } of [...findings, ...ignored.map(one => one.finding)]) {
      promise(
        location === undefined || (location.line >= 1 && (location.endLine ?? 1) <= Math.max(lines, 3)),
        'a finding stands in the file',
      )
      promise(message.length < 4000 && title.length > 0, 'a message is a bounded text')
      promise(isClean(message) && !message.includes('\n'), 'a message is one clean line')
    }
  },
}
