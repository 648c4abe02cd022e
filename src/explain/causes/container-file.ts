import type { Cause, Recognition, Subject } from '../cause.ts'
import { contentDiffers, textsOf } from '../content.ts'
import { excerpt } from '../values/excerpt.ts'

type Kind = 'resolv.conf' | 'hosts' | 'mounts' | 'cgroup'

/** Files that the engine puts into every container, copied elsewhere: name servers, hosts, host name, mounts. */
export const containerFile: Cause = {
  id: 'container-file',
  recognise,
  describe: () => ({
    title: "The build container's own network or mount files were copied into the image",
    message:
      'While a RUN step runs, the engine puts /etc/resolv.conf, /etc/hosts and /etc/hostname of its own into the container, and /proc shows its mounts. A step copied one of them elsewhere (`cp -a /etc …`, `chroot` roots, `debootstrap`), so the image depends on the network, the engine and the storage of the machine that built it.',
    class: 'machine',
    remedy: {
      text: 'Leave these files out of the copy, or empty the copy at the end of the same instruction.',
    },
  }),
}

const resolvLine = /^(?:[#;].{0,500}|(?:nameserver|search|domain|options|sortlist)\s.{0,500}|\s*)$/
const hostsLine = /^(?:#.{0,500}|[0-9a-fA-F.:%]{2,60}\s+[\w.-]{1,255}(?:\s.{0,500})?|\s*)$/
const mountLine = /^(?:\S{1,4096} \/\S{0,4096} \w{1,40} \S{1,20000} \d \d|\d+ \d+ \d+:\d+ \/.{0,20000}|\s*)$/
const mountedLine = /^(?:\S{1,4096} on \/\S{0,4096} type \w{1,40}(?:\.\w{1,40})? \(\S{1,20000}\)|\s*)$/
const cgroupLine = /^(?:\d{1,3}:[\w,=-]{0,200}:\/\S{0,4096}|\s*)$/

const shapes: [kind: Kind, line: RegExp, sign: RegExp][] = [
  ['resolv.conf', resolvLine, /^nameserver\s/m],
  ['mounts', mountedLine, /^(?:overlay|proc) on \/(?:proc)? type /m],
  ['cgroup', cgroupLine, /^(?:0:|\d{1,3}:[\w,=-]{1,200}):\/\S/m],
  ['mounts', mountLine, /^(?:overlay \/ overlay|proc \/proc proc) | - (?:overlay|proc|tmpfs|cgroup2?) /m],
  // Docker's and BuildKit's own; anybody's list of hosts may name localhost.
  ['hosts', hostsLine, /[ \t](?:buildkitsandbox|ip6-(?:localhost|loopback|localnet))\b/m],
]

const sources: Record<Kind, string> = {
  'resolv.conf': '/etc/resolv.conf',
  mounts: '/proc/mounts',
  cgroup: '/proc/self/cgroup',
  hosts: '/etc/hosts',
}

const names: Record<Kind, RegExp> = {
  'resolv.conf': /(?:^|[/._-])resolv\.conf(?:[._-]|$)/,
  cgroup: /(?:^|[/._-])cgroup(?:[._-]|$)/,
  mounts: /(?:^|[/._-])(?:mounts|mountinfo|mtab)(?:[._-]|$)/,
  hosts: /(?:^|[/._-])hosts(?:[._-]|$)/,
}

function recognise({ entry }: Subject): Recognition | null {
  const texts = contentDiffers(entry) ? textsOf(entry) : null
  if (!texts || texts.a.length > 100_000 || texts.b.length > 100_000) return null
  const [a, b] = [texts.a.split('\n'), texts.b.split('\n')]
  const shape = shapes.find(([, line, sign]) =>
    [a, b].every(lines => lines.every(one => line.test(one)) && lines.some(one => sign.test(one))),
  )
  if (!shape) return null
  const [kind] = shape
  const at = a.findIndex((line, index) => line !== b[index])
  const named = names[kind].test(entry.path)
  return {
    confidence: named ? 'certain' : 'likely',
    variant: kind,
    evidence: [
      {
        what: `a copy of the build container's ${sources[kind]}; line ${at + 1}`,
        path: entry.path,
        a: excerpt(a[at] ?? '(no such line)'),
        b: excerpt(b[at] ?? '(no such line)'),
      },
    ],
  }
}
