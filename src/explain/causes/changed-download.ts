import type { Cause, Recognition, Subject } from '../cause.ts'
import { contentDiffers, textsOf } from '../content.ts'
import { excerpt } from '../values/excerpt.ts'
import { versionPairs } from '../values/version-text.ts'

/** Another version of a file: what an address served has changed between the builds. */
export const changedDownload: Cause = {
  id: 'changed-download',
  recognise: subject => (contentDiffers(subject.entry) ? otherVersion(subject) : null),
  describe: () => ({
    title: 'A file came in another version',
    message:
      'The two builds got two versions of a file: an address that serves the latest one, or a server that changed what it serves. It is another file altogether, not one file with a time in it.',
    class: 'drift',
    remedy: {
      text: 'Name one version and check it: `ADD --checksum=sha256:… https://…/v1.2.3/tool /usr/local/bin/`, or after curl `echo "<sha256>  tool" | sha256sum -c`. Models: a revision (`revision="<commit>"`, `hf download --revision <commit>`).',
    },
  }),
}

const formats = [
  ['\x7fELF', 'an ELF program'],
  ['MZ', 'a Windows program'],
  ['\xcf\xfa\xed\xfe', 'a macOS program'],
  ['\0asm', 'a WebAssembly module'],
  ['PK\x03\x04', 'a zip archive'],
  ['\x1f\x8b', 'a gzip file'],
  ['!<arch>\n', 'an archive of ar'],
  ['\x28\xb5\x2f\xfd', 'a zstd file'],
  ['\xfd7zXZ', 'an xz file'],
  ['GGUF', 'a GGUF model'],
] as const

/** Of one format, of another size, and each with a version of its own in it. */
function otherVersion({ entry }: Subject): Recognition | null {
  const { content } = entry
  if (!content || content.a.size === content.b.size || textsOf(entry)) return null
  const head = Buffer.from(content.a.head.subarray(0, 8)).toString('latin1')
  const other = Buffer.from(content.b.head.subarray(0, 8)).toString('latin1')
  const format = formats.find(([magic]) => head.startsWith(magic) && other.startsWith(magic))
  const [first] = format ? versionPairs(content) : []
  if (!format || !first) return null
  return {
    confidence: 'likely',
    evidence: [
      {
        what: `${format[1]} in which ${excerpt(first.name)} has another version`,
        path: entry.path,
        a: excerpt(first.a),
        b: excerpt(first.b),
      },
      sizes(subjectSizes(entry), entry.path),
    ],
  }
}

const subjectSizes = (entry: Subject['entry']): { a: number; b: number } => ({
  a: entry.a?.size ?? 0,
  b: entry.b?.size ?? 0,
})

const sizes = ({ a, b }: { a: number; b: number }, path: string) => ({
  what: 'size',
  path,
  a: `${a} bytes`,
  b: `${b} bytes`,
})

const download =
  /\b(?:curl|wget|aria2c|axel)\b|\bhttps?:\/\/|\b(?:urlretrieve|urlopen|requests\.get|httpx\.get|hf_hub_download|snapshot_download|from_pretrained|load_dataset)\b|\b(?:hf|huggingface-cli) download\b|\b(?:aws s3|gsutil|gcloud storage|azcopy|rclone) (?:cp|sync|copy)\b|\b(?:gh release|kaggle|dvc|oras|skopeo|go|pip3?|npm) (?:download|install|pull|get|copy)\b|\b(?:git clone|git lfs pull)\b/

/** What the text of an instruction fetches with, or null. */
const sourceOfDownload = (text: string): string | null => download.exec(text.slice(0, 100_000))?.[0] ?? null

/** A file that ADD fetched: whatever differs in it, the address served it so. Null for any other instruction. */
export function servedToAdd({ entry }: Subject, instruction: string): Recognition | null {
  if (!contentDiffers(entry) || !/^ADD\s/i.test(instruction) || !/\bhttps?:\/\//.test(instruction)) return null
  return {
    confidence: 'certain',
    evidence: [
      { what: 'the address served another file to each build', path: entry.path, ...firstVersion(entry) },
      sizes(subjectSizes(entry), entry.path),
    ],
  }
}

/** A file that curl or wget wrote under the very name that the instruction gives it: what differs in it was served so. */
export function servedToCommand({ entry }: Subject, instruction: string): Recognition | null {
  if (!contentDiffers(entry) || !isOutputOfDownload(entry.path, instruction)) return null
  return {
    confidence: 'likely',
    evidence: [
      { what: 'the instruction downloads this file, and the two builds got two of it', path: entry.path },
      sizes(subjectSizes(entry), entry.path),
    ],
  }
}

function isOutputOfDownload(path: string, instruction: string): boolean {
  const commands = instruction.slice(0, 100_000).split(/&&|\|\|?|[;\n]/)
  return commands
    .filter(command => /\b(?:curl|wget)\b/.test(command))
    .flatMap(command => [
      ...command.matchAll(/(?:\s-[a-zA-Z]{0,8}[oO]|\s--output(?:-document)?|>)[\s=]{0,4}(["']?)([^\s"'<>&]+)\1/g),
    ])
    .some(([, , target = '']) => {
      const name = target.replace(/^(?:\.?\/)+/, '')
      return name !== '' && (target.startsWith('/') ? path === name : path === name || path.endsWith(`/${name}`))
    })
}

function firstVersion({ content }: Subject['entry']): { a?: string; b?: string } {
  const [first] = content ? versionPairs(content) : []
  return first ? { a: excerpt(first.a), b: excerpt(first.b) } : {}
}

/** A file that nothing else explains and that has another version, behind an instruction that downloads. */
export function asDownload({ entry }: Subject, instruction: string): Recognition | null {
  if (!contentDiffers(entry) || !entry.content) return null
  const tool = sourceOfDownload(instruction)
  if (tool === null || entry.content.a.size === entry.content.b.size) return null
  const [first] = versionPairs(entry.content)
  if (!first) return null
  return {
    confidence: 'likely',
    evidence: [
      {
        what: `the instruction downloads (${excerpt(tool)}), and ${excerpt(first.name)} has another version`,
        path: entry.path,
        a: excerpt(first.a),
        b: excerpt(first.b),
      },
      sizes(subjectSizes(entry), entry.path),
    ],
  }
}
