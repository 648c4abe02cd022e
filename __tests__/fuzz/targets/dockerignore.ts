import { isIgnored, parseDockerignore } from '../../../src/lint/context/dockerignore.ts'
import { parts } from '../parts.ts'
import { promise, type Target } from '../target.ts'

export const target: Target = {
  name: 'dockerignore',
  what: '.dockerignore, and which paths it takes out',
  seeds: ['**/*.log\n!keep.log\n# x\n/a/../b/[a-z]?\n=====\nb/x/keep.log', '*\n!src/**\n\\*\n=====\nsrc/a'],
  words: [
    '**',
    '*',
    '?',
    '[a-z]',
    '[^a]',
    '[',
    ']',
    '\\',
    '!',
    '#',
    '/',
    '..',
    '.',
    '\n',
    '\r\n',
    '\ufeff',
    ' ',
    '**/',
    '/**',
    '{a,b}',
    '😀',
    '\ud800',
  ],
  ms: { fixed: 100, perKiB: 200 },
  run(bytes) {
    const [text = '', path = 'a/b/c.log'] = parts(bytes).map(String)
    const patterns = parseDockerignore(text)
    const lines = text.split('\n').length
    promise(
      patterns.refused.every(({ line }) => line >= 1 && line <= lines),
      'what is refused stands in the file',
    )
    let inherited: readonly boolean[] = []
    const steps = path.slice(0, 200).split('/')
    for (const [at] of steps.entries())
      ({ inherited } = isIgnored(patterns, steps.slice(0, at + 1).join('/'), inherited))
  },
}
