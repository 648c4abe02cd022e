import type { Cause, Recognition, Subject } from '../cause.ts'
import { contentDiffers, textsOf } from '../content.ts'
import { excerpt } from '../values/excerpt.ts'
import { mask } from '../values/time.ts'
import { maskTimes } from './build-time.ts'

/** The name of the machine or its kernel, as uname, hostname and /proc tell it. */
export const hostName: Cause = {
  id: 'host-name',
  recognise: (subject: Subject): Recognition | null =>
    contentDiffers(subject.entry) ? (kernelLine(subject) ?? sandboxName(subject)) : null,
  describe: ({ subjects, recognitions }) => {
    const kernel = recognitions.every(({ variant }) => variant === 'kernel')
    return {
      title: kernel
        ? 'The kernel of the build machine is written into a file'
        : 'The name of the build machine is written into a file',
      class: 'machine',
      message: `${subjects.length === 1 ? 'A file holds' : `${subjects.length} files hold`} ${kernel ? 'the name and version of the kernel' : 'the host name'} of the machine that built the image. On another machine the same commit gives another image.`,
      remedy: {
        text: kernel
          ? 'Leave it out (`uname`, /proc/version), or write what the image is for in its place: the architecture is in TARGETARCH.'
          : 'Leave the name out (`hostname`, `$HOSTNAME`, `uname -n`), or write a fixed one. BuildKit calls the machine `buildkitsandbox` unless told otherwise (--build-arg BUILDKIT_SANDBOX_HOSTNAME).',
      },
    }
  },
}

const architecture = '(?:x86_64|aarch64|armv\\dl|i[3-6]86|riscv64|ppc64le|s390x|loongarch64)'
/** `uname -a`: name, host, release, version with its date, machine. */
const unameAll = new RegExp(
  `\\bLinux [^\\s/]{1,64} \\d{1,3}\\.\\d{1,3}[^\\s]{0,64} #\\d[^\\n]{1,160}? ${architecture}(?: (?:${architecture}|unknown)){0,2}(?: GNU/Linux| Linux)?`,
  'g',
)
/** /proc/version. */
const procVersion = /\bLinux version \d{1,3}\.\d{1,3}[^\s]{0,64} \([^\n]{1,400} #\d[^\n]{1,160}/g
/** A release with the name of who built the kernel: a plain version could be of anything. */
const release =
  /(?<![\w./-])\d{1,2}\.\d{1,3}\.\d{1,3}(?:-[\w.+~]{1,24}){0,3}[-.](?:generic|azure|aws|gcp|gke|oracle|lowlatency|(?:cloud-)?amd64|(?:cloud-)?arm64|linuxkit|orbstack|microsoft-standard(?:-WSL2)?|(?:el|fc|amzn|ol)\d{1,3}[\w.]{0,16}|lts|virt|arch\d[\w.-]{0,8}|zen\d[\w.-]{0,8}|pve|talos|flatcar|bottlerocket)(?![\w-])/g

function kernelLine({ entry, clock }: Subject): Recognition | null {
  const texts = textsOf(entry)
  if (!texts) return null
  const masked = maskTimes(texts.a, texts.b, clock)
  for (const [pattern, what] of [
    [unameAll, 'what `uname -a` prints'],
    [procVersion, 'what /proc/version holds'],
    [release, 'the release of a kernel'],
  ] as const) {
    // Its own date is none of the build's: the unmasked text is looked at first.
    for (const { a, b } of [texts, masked]) {
      if (a.replace(pattern, mask) !== b.replace(pattern, mask)) continue
      const [inA, inB] = [a.match(pattern) ?? [], b.match(pattern) ?? []]
      const at = inA.findIndex((found, index) => found !== inB[index])
      if (at < 0 || inA.length !== inB.length) continue
      return {
        confidence: pattern === release || masked.pairs.length > 0 ? 'likely' : 'certain',
        variant: sameButHost(inA[at] ?? '', inB[at] ?? '') ? 'host' : 'kernel',
        evidence: [{ what, path: entry.path, a: excerpt(inA[at] ?? ''), b: excerpt(inB[at] ?? '') }],
      }
    }
  }
  return null
}

const sameButHost = (a: string, b: string): boolean =>
  /^Linux \S+ /.test(a) && a.replace(/^Linux \S+ /, '') === b.replace(/^Linux \S+ /, '')

const sandbox = 'buildkitsandbox'

/** BuildKit's name for the machine on one side, another name in its place on the other. */
function sandboxName({ entry }: Subject): Recognition | null {
  const texts = textsOf(entry)
  if (!texts || texts.a.includes(sandbox) === texts.b.includes(sandbox)) return null
  const [own, other] = texts.a.includes(sandbox) ? [texts.a, texts.b] : [texts.b, texts.a]
  const parts = own.split(sandbox)
  const start = parts[0] ?? ''
  if (!other.startsWith(start) || parts.length > 200) return null
  const name = /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,61}[A-Za-z0-9])?/.exec(other.slice(start.length))?.[0]
  if (!name || parts.join(name) !== other) return null
  const [a, b] = own === texts.a ? [sandbox, name] : [name, sandbox]
  return {
    confidence: 'certain',
    variant: 'host',
    evidence: [
      {
        what: `the host name, ${sandbox} in BuildKit's own sandbox`,
        path: entry.path,
        offset: start.length,
        a: excerpt(a),
        b: excerpt(b),
      },
    ],
  }
}
