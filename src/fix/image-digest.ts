import type { Asking } from './lookup.ts'
import type { Answer } from './mend.ts'
import { refusalIn } from './refusal.ts'

/**
 * The digest of what a tag names now: of the index where there is one, so that every platform keeps working. Docker asks,
 * with the credentials it has.
 */
export async function digestOf(reference: string, { exec, signal }: Asking): Promise<Answer> {
  // The first character also keeps it from being read as an option.
  if (!/^[a-z0-9][\w.:/@+-]*$/i.test(reference)) return { problem: 'that is no name of an image' }
  const args = ['buildx', 'imagetools', 'inspect', reference, '--format', '{{json .Manifest.Digest}}']
  const asked = await exec.capture('docker', args, { signal }).catch(() => null)
  if (asked === null) return { problem: 'there is no docker here to ask with' }
  if (/is not a docker command|unknown command|unknown flag: --format/i.test(asked.stderr))
    return { problem: 'docker has no buildx here, or an old one' }
  if (asked.code !== 0) return { problem: refusalIn(asked.stderr) }
  const digest = asked.stdout.trim().replace(/^"|"$/g, '')
  return /^sha256:[0-9a-f]{64}$/.test(digest) ? { value: digest } : { problem: 'the answer was no digest' }
}
