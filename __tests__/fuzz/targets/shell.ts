import { commandsIn } from '../../../src/dockerfile/shell.ts'
import { promise, type Target } from '../target.ts'
import { installs, shell } from '../words.ts'

const scope = { get: () => undefined, declares: () => false, env: new Map(), args: new Map() }

export const target: Target = {
  name: 'shell',
  what: 'the shell of RUN alone, with what wrappers and quotes hold',
  seeds: [
    'set -eux; for x in a b; do curl -fsSL "https://x/$x" | tar xz; done && rm -rf /var/lib/apt/lists/*',
    'sh -c "A=$(date) && echo \\"$A\\" > /x" || { case $x in a|b) f;; *) exit 1;; esac; }',
  ],
  words: [...shell, ...installs],
  ms: { fixed: 150, perKiB: 60 },
  run(bytes) {
    const text = bytes.toString()
    for (const { range, words, redirects, assignments } of commandsIn(text, scope).commands)
      for (const { start, end } of [
        range,
        ...[...words, ...redirects.map(one => one.target), ...assignments.map(one => one.value)].map(one => one.range),
      ])
        promise(0 <= start && start <= end && end <= text.length, 'every word stands in the text')
  },
}
