import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { lint } from '../../src/lint/lint.ts'
import { inputOf } from './cases.ts'

const folder = new URL('./quiet/', import.meta.url)
const hash = `--hash=sha256:${'4f'.repeat(32)}`

/** What a tidy repository holds; nothing of it is volatile. */
const files = {
  Dockerfile: '',
  'README.md': '',
  'requirements.lock': `numpy==1.26.4 ${hash}\n`,
  'requirements.txt': `numpy==1.26.4 \\\n  ${hash}\n`,
  'src/app/main.py': '',
  'src/main.rs': '',
  'cmd/server/main.go': '',
  'conf/app.yml': '',
  'env/prod.yml': '',
}

describe('well-made Dockerfiles', () => {
  test.each(readdirSync(folder))('%s: nothing to say', file => {
    const text = readFileSync(new URL(file, folder), 'utf8')
    for (const given of [{}, { files, ignore: '.git\n' }]) {
      const { findings } = lint(inputOf(text, given))
      const serious = findings.filter(({ level }) => level !== 'notice')
      expect(serious.map(({ id, location, message }) => ({ id, line: location?.line, message }))).toEqual([])
    }
  })
})
