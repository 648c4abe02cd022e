import type { Evidence } from '../../finding.ts'
import type { Cause, Recognition, Subject } from '../cause.ts'
import { bothBegin, contentDiffers, readAt, textsOf } from '../content.ts'
import { begins, onlyHeader, timeEvidence } from '../leftover.ts'
import { moment } from '../values/excerpt.ts'
import type { Window } from '../values/time.ts'
import { isWithin } from '../values/time.ts'
import { machineState } from './machine-state.ts'

type Variant = 'core' | 'pid' | 'history' | 'keyring' | 'state'

const words: Record<Variant, { title: string; message: string; fix: string }> = {
  core: {
    title: 'A program crashed in the build and its memory is in the layer',
    message:
      'A core dump is the memory of a program at the moment it crashed: addresses, process IDs and random values, others each time, and maybe secrets. The step went on although one of its programs had crashed.',
    fix: 'Find out which program crashes (`file core` tells its name). If that is expected, switch dumps off for the step (`ulimit -c 0`) or delete the file in the same instruction.',
  },
  pid: {
    title: 'A process ID file is in the layer',
    message:
      'A service that was started in the build left the number of its process in a lock or PID file. The number depends on what else ran; and the service may refuse to start when it finds the file.',
    fix: 'Delete the file in the same instruction, or do not start the service in the build.',
  },
  history: {
    title: 'The history of a shell, pager or editor is in the layer',
    message:
      'A shell, pager or editor that ran in the build wrote what was typed, and when, to a file in the home folder.',
    fix: 'Delete the file in the same instruction, or switch the history off (`HISTFILE=`, `vim -i NONE`, `LESSHISTFILE=-`).',
  },
  state: {
    title: 'A file holds the state of the machine at one moment',
    message:
      'A step wrote to a file what memory, load, processes or discs of the machine were like while it ran (ps, free, df, files of /proc). That differs each time one looks, and from machine to machine.',
    fix: 'Do not keep it in the image: on standard output it is in the log of the build.',
  },
  keyring: {
    title: "GnuPG's own folder is in the layer",
    message:
      'gpg makes its key box and trust database when it first runs and notes the time in them; a key that is made in the build is random besides, and everyone who has the image has it. The image needs them only if gpg is to verify something in it.',
    fix: 'Use a folder of its own and delete it in the same instruction (`export GNUPGHOME="$(mktemp -d)"; …; rm -rf "$GNUPGHOME"`), or keep keys in files (`gpg --dearmor -o /usr/share/keyrings/name.gpg`), which hold no times of the build.',
  },
}

/** What a process left behind that ran in the build: core dumps, PID files, histories, GnuPG's state. */
export const processLeftover: Cause = {
  id: 'process-leftover',
  recognise: subject =>
    onlyHeader(subject)
      ? null
      : (coreDump(subject) ?? processId(subject) ?? history(subject) ?? keyring(subject) ?? machineState(subject)),
  describe: ({ subjects, recognitions }) => {
    const variants = [...new Set(recognitions.map(({ variant }) => variant as Variant))]
    const own = words[variants[0] ?? 'history'] ?? words.history
    return {
      title: variants.length > 1 ? 'What a process left behind is in the layer' : own.title,
      message: variants.map(variant => (words[variant] ?? own).message).join(' '),
      remedy: {
        text: variants.map(variant => (words[variant] ?? own).fix).join(' '),
        remove: [
          ...new Set(subjects.map(({ entry }) => `/${entry.path.replace(/((?:^|\/)\.gnupg)\/.*$/, '$1')}`)),
        ].slice(0, 10),
      },
    }
  },
}

/** An ELF file of type 4. */
function coreDump({ entry }: Subject): Recognition | null {
  const { content, path, kind } = entry
  if (!content) return null
  const sides = [kind === 'only-in-b' ? null : content.a, kind === 'only-in-a' ? null : content.b]
  const dumped = sides.every(sample => {
    const head = sample && readAt(sample, 0, 18)
    return !sample || (!!head && head.readUInt32BE(0) === 0x7f454c46 && head.readUInt16LE(16) === 4)
  })
  return dumped ? { confidence: 'certain', variant: 'core', evidence: [{ what: 'an ELF core dump', path }] } : null
}

const pidPath = /(?:\.pid|\/pid|\.lock|[.-]lock|\/\.[^/]*lock[^/]*)$/i

/** A number of a process, alone in its file. */
function processId({ entry }: Subject): Recognition | null {
  if (!pidPath.test(entry.path) || !contentDiffers(entry)) return null
  const texts = textsOf(entry)
  const [a, b] = [texts?.a, texts?.b].map(text => /^\s{0,64}(\d{1,7})\s{0,5}$/.exec(text ?? '')?.[1])
  if (a === undefined || b === undefined) return null
  const evidence: Evidence[] = [{ what: 'number of a process', path: entry.path, a, b }]
  // A lock may hold the number of a version as well.
  return { confidence: /pid$/i.test(entry.path) ? 'certain' : 'likely', variant: 'pid', evidence }
}

const histories: [path: RegExp, form: RegExp][] = [
  [/(?:^|\/)\.viminfo$/, /^# This viminfo file was generated by Vim/],
  [/(?:^|\/)\.lesshst$/, /^\.less-history-file:/],
  [/(?:^|\/)\.(?:bash|zsh|ash|sh|python|node_repl|sqlite|mysql|mariadb|psql|irb|pry|php|rediscli)_?history$/, /^[^\0]/],
]

function history(subject: Subject): Recognition | null {
  const form = histories.find(([path]) => path.test(subject.entry.path))
  if (!form || !begins(subject, form[1])) return null
  return { confidence: 'certain', variant: 'history', evidence: timeEvidence(subject) }
}

const gpgHome =
  /(?:^|\/)\.gnupg\/(?:pubring\.(?:kbx|gpg|db)~?|secring\.gpg~?|trustdb\.gpg~?|random_seed|tofu\.db|(?:private-keys-v1|openpgp-revocs|crls)\.d\/.+|public-keys\.d\/.+|S\.[\w.-]+|\.#lk.+)$/
const box = [...Buffer.from('KBXf')]
const trust = [0x01, ...Buffer.from('gpg')]

/** A file of GnuPG's home folder; a key box or a trust database elsewhere, when a time of the build is in it. */
function keyring(subject: Subject): Recognition | null {
  const { entry } = subject
  if (entry.kind !== 'changed' && !gpgHome.test(entry.path)) return null
  const evidence = boxEvidence(subject) ?? timeEvidence(subject)
  const known = bothBegin(entry.content, box, 8) || bothBegin(entry.content, trust)
  const timed = evidence[0]?.what.includes('build') === true && evidence[0]?.a !== undefined
  if (!gpgHome.test(entry.path) && !(known && timed)) return null
  return { confidence: 'certain', variant: 'keyring', evidence }
}

/** Byte 16 of a key box: when it was made, in seconds, 32-bit big-endian. */
function boxEvidence({ entry, clock }: Subject): Evidence[] | null {
  if (!bothBegin(entry.content, box, 8) || !entry.content) return null
  const [a, b] = [entry.content.a, entry.content.b].map(sample => (readAt(sample, 16, 4)?.readUInt32BE(0) ?? 0) * 1000)
  if (a === undefined || b === undefined) return null
  const within = (ms: number, window: Window): boolean => isWithin({ ms, span: 1000, daily: false }, window)
  if (!within(a, clock.a) || !within(b, clock.b)) return null
  return [{ what: 'when the key box was made: build time', path: entry.path, offset: 16, a: moment(a), b: moment(b) }]
}
