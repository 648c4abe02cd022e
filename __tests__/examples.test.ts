// The examples as the lint sees them: the good one is clean, and where only the lint can know, the broken one is not.
import { describe, expect, test } from '@jest/globals'
import { lintAll } from '../src/commands/lint.ts'
import { checkOptions } from '../src/options/options.ts'
import { portsWith, scripted } from './build/ports.ts'
import { examples } from './examples.ts'

async function findings(folder: string, file: string): Promise<[string, string, number | undefined][]> {
  const given = { context: [folder], file: [`${folder}/${file}`], config: ['none'], 'docker-check': ['never'] }
  const report = await lintAll(checkOptions('lint', given), portsWith(scripted({})), { version: 'test' })
  return report.findings
    .filter(({ level }) => level !== 'notice')
    .map(({ id, level, location }) => [id, level, location?.line])
}

test('there are examples', () => expect(examples().length).toBeGreaterThan(0))

describe.each(examples())('examples/$name', ({ folder, broken }) => {
  test('lints clean', async () => expect(await findings(folder, 'Dockerfile')).toEqual([]))

  if ('lint' in broken)
    test(`broken.Dockerfile: ${broken.lint} at line ${broken.line}`, async () =>
      expect(await findings(folder, 'broken.Dockerfile')).toEqual([[broken.lint, expect.any(String), broken.line]]))
})
