import type { Cause, Recognition, Subject } from '../cause.ts'
import { contentDiffers, textsOf } from '../content.ts'
import { excerpt } from '../excerpt.ts'

/** Two builds installed different package versions: the dpkg or apk list of installed packages says so. */
export const packageVersion: Cause = {
  id: 'package-version',
  recognise,
  describe: () => ({
    title: 'The two builds installed different packages',
    message:
      'The list of installed packages differs: the mirror offered something else when the second build ran. Nothing in the Dockerfile fixes what is installed.',
    class: 'drift',
    remedy: {
      text: 'Name exact versions (`apt-get install curl=7.88.1-10+deb12u8`), or install from a snapshot of the archive (snapshot.debian.org) of a fixed date.',
    },
  }),
}

function recognise({ entry }: Subject): Recognition | null {
  if (!/^(?:var\/lib\/dpkg\/status(?:-old)?|var\/lib\/dpkg\/status\.d\/.+|lib\/apk\/db\/installed)$/.test(entry.path))
    return null
  const texts = contentDiffers(entry) ? textsOf(entry) : null
  if (!texts) return null
  const a = versionsOf(texts.a)
  const b = versionsOf(texts.b)
  const differing = [...new Set([...a.keys(), ...b.keys()])].filter(name => a.get(name) !== b.get(name))
  if (differing.length === 0) return null
  return {
    confidence: 'certain',
    evidence: differing.slice(0, 5).map(name => ({
      what: `version of package ${excerpt(name)}`,
      path: entry.path,
      a: excerpt(a.get(name) ?? '(not installed)'),
      b: excerpt(b.get(name) ?? '(not installed)'),
    })),
  }
}

/** Package names and versions of dpkg's (`Package:`, `Version:`) or apk's (`P:`, `V:`) paragraphs. */
function versionsOf(text: string): Map<string, string> {
  const versions = new Map<string, string>()
  let name = ''
  for (const line of text.split('\n')) {
    const field = /^(Package|Version|P|V):\s?(.{0,200})/.exec(line)
    if (!field) continue
    if (field[1] === 'Package' || field[1] === 'P') name = field[2] ?? ''
    else versions.set(name, field[2] ?? '')
  }
  return versions
}
