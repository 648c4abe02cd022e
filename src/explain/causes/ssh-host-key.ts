import { bytesOf } from '../content.ts'
import { begins, leftover, plainEvidence } from '../leftover.ts'
import { withheld } from '../values/excerpt.ts'

/** Host keys that openssh-server makes on installation. */
export const sshHostKey = leftover({
  id: 'ssh-host-key',
  title: 'SSH host keys are made in the build',
  message:
    'Installing openssh-server makes host keys. They differ in every build, and everyone who has the image has the private keys of all its containers.',
  paths: /^etc\/ssh\/ssh_host_[a-z0-9_]+(?:\.pub)?$/,
  remove: ['/etc/ssh/ssh_host_*'],
  fix: 'Delete the keys in the same instruction and make them when the container starts (`ssh-keygen -A` in the entrypoint).',
  proof: subject => {
    const { content, kind, path } = subject.entry
    if (!begins(subject, /^(?:-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----|ssh-\w+ |ecdsa-sha2-)/)) return null
    if (kind !== 'changed' || !content) return [plainEvidence(subject)]
    return [
      {
        what: 'another key on each side',
        path,
        a: withheld(bytesOf(content.a.head)),
        b: withheld(bytesOf(content.b.head)),
      },
    ]
  },
})
