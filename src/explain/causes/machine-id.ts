import { bytesOf } from '../content.ts'
import { leftover, plainEvidence } from '../leftover.ts'
import { withheld } from '../values/excerpt.ts'

/** The random identity that systemd and dbus draw on installation. */
export const machineId = leftover({
  id: 'machine-id',
  title: 'A machine ID is drawn in the build',
  message:
    'Installing systemd or dbus draws a random machine ID. It differs in every build, and every container of the image would share it, although it must be unique.',
  paths: /^(?:etc\/machine-id|var\/lib\/dbus\/machine-id)$/,
  remove: ['/var/lib/dbus/machine-id'],
  append: paths => (paths.includes('etc/machine-id') ? [': > /etc/machine-id'] : []),
  fix: 'Empty /etc/machine-id and delete /var/lib/dbus/machine-id in the same instruction (`: > /etc/machine-id`); an ID is drawn when the system starts.',
  proof: subject => {
    const { content } = subject.entry
    if (subject.entry.kind !== 'changed' || !content) return [plainEvidence(subject)]
    const [a, b] = [content.a, content.b].map(sample => bytesOf(sample.head).toString('latin1').trim())
    if (!/^[0-9a-f]{32}$/.test(a ?? '') || !/^[0-9a-f]{32}$/.test(b ?? '')) return null
    return [
      { what: '32 random hexadecimal digits', path: subject.entry.path, a: withheld(a ?? ''), b: withheld(b ?? '') },
    ]
  },
})
