import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { isIgnored, parseDockerignore } from '../../src/lint/context/dockerignore.ts'
import { lint } from '../../src/lint/lint.ts'
import { refusal } from '../../src/lint/refused.ts'
import { rules } from '../../src/lint/rules.ts'
import { suppressionFindings } from '../../src/lint/suppress.ts'
import { type Files, inputOf } from './cases.ts'

const folder = new URL('../../docs/rules/', import.meta.url)
const described = [
  ...suppressionFindings.map(({ id, title }) => ({ id, title, level: 'notice' })),
  { ...refusal, level: 'error' },
  ...rules,
]

/** A repository as people have it: what a good page leaves out is there. */
const files: Files = {
  'pyproject.toml': '',
  'src/app.py': '',
  'requirements.lock': `numpy==1.26.4 --hash=sha256:${'4f'.repeat(32)}\n`,
  'svc/__init__.py': '',
  '.git/HEAD': '',
  'src/__pycache__/app.cpython-312.pyc': '',
  'train.log': '',
  'notes.txt': '',
  'package.json': '{}',
  'package-lock.json': '{"lockfileVersion":3,"packages":{"":{}}}',
  'yarn.lock': '# yarn lockfile v1\n',
  'deploy.sh': { mode: 0o775 },
  'weights/model.bin': `version https://git-lfs.github.com/spec/v1\noid sha256:${'4f'.repeat(32)}\nsize 1048576\n`,
}
const inGit = ['pyproject.toml', 'src/app.py', 'requirements.lock', 'svc/__init__.py', 'weights/model.bin']
const git = { tracked: { ...Object.fromEntries(inGit.map(path => [path, 0o644])), 'deploy.sh': 0o755 } }

/** What a page tells people to make, and its good example has. */
const made: Files = { 'poetry.lock': '', 'uv.lock': '' }

/** The first block of a language under a heading. */
function block(page: string, heading: string, language: string): string | undefined {
  const section = page.split(/^## /m).find(part => part.startsWith(`${heading}\n`)) ?? ''
  return new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 's').exec(section)?.[1]
}

/** With the page's own rule switched on: some are only there for who asks for them. */
function idsOf(
  id: string,
  text: string,
  { ignore, workflow, there = files }: { ignore?: string | undefined; workflow?: string | undefined; there?: Files },
): string[] {
  const patterns = parseDockerignore(ignore ?? '')
  const left = Object.entries(there).filter(([path]) => {
    let inherited: boolean[] = []
    let ignored = false
    path.split('/').forEach((_, at, parts) => {
      const result = isIgnored(patterns, parts.slice(0, at + 1).join('/'), inherited)
      inherited = result.inherited
      ignored = result.ignored
    })
    return !ignored
  })
  const settings = { rules: { [id]: 'on' as const }, today: '2026-11-21' }
  const given = {
    ...{ files: Object.fromEntries(left), git, settings },
    ...(ignore === undefined ? {} : { ignore }),
    ...(workflow === undefined ? {} : { workflow }),
  }
  return lint(inputOf(text, given)).findings.map(finding => finding.id)
}

test('every rule has a page, and every page a rule', () => {
  expect(readdirSync(folder).sort()).toEqual([...described.map(({ id }) => `${id}.md`), 'README.md'].sort())
})

describe.each(described)('$id', ({ id, title, level }) => {
  const page = readFileSync(new URL(`${id}.md`, folder), 'utf8')

  test('the page says what the rule says', () => {
    expect(page.split('\n')[0]).toBe(`# ${id}: ${title}`)
    expect(page).toContain(`Level: ${level}`)
    for (const heading of ['What it finds', 'Why it matters', 'Proof', 'What to do', 'How to ignore it']) {
      expect(page).toContain(`\n## ${heading}\n`)
    }
    const isOff = rules.some(rule => rule.id === id && !rule.on)
    expect(page.includes(`Off by default: \`${id}: on\` under \`rules\``)).toBe(isOff)
  })

  test('its bad example is found, its good one is not', () => {
    const under = (heading: 'Bad' | 'Good') => ({
      text: block(page, heading, 'dockerfile') ?? '',
      around: { ignore: block(page, heading, 'gitignore'), workflow: block(page, heading, 'yaml') },
    })
    const [bad, good] = [under('Bad'), under('Good')]
    expect(idsOf(id, bad.text, bad.around)).toContain(id)
    expect(good.text).toBeTruthy()
    expect(idsOf(id, good.text, { ...good.around, there: { ...files, ...made } })).not.toContain(id)
  })
})
