import { expect, test } from '@jest/globals'
import { readGitUrl } from '../../src/options/git-url.ts'
import { checkOut } from '../../src/subjects/checkout.ts'
import { portsWith, scripted } from '../build/ports.ts'

test('a run that is ended while git works says so, and does not blame git', async () => {
  const controller = new AbortController()
  const exec = scripted({
    git: () => {
      controller.abort(new Error('ended by SIGINT'))
      return { code: 130 }
    },
  })
  const url = readGitUrl('https://example.com/a.git')
  if (typeof url === 'string') throw new Error(url)
  const made = checkOut(portsWith(exec, { signal: controller.signal }), url, { credentials: [], agent: undefined })
  await expect(made).rejects.toThrow(/^context: stopped while making a repository$/)
})
