// What a traced run gave away: secrets in what it and its children wrote, and in what the children were started with.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { type Hit, searcher } from './planted.ts'
import { readTrace, type Traced } from './traced.ts'

export interface Searched {
  /** Calls, and bytes of what was written, started and opened. */
  calls: number
  bytes: number
  /** Children, by their program. */
  programs: Record<string, number>
  /** Secrets where none may be. */
  hits: (Hit & { where: string })[]
  /** Variables that children were given and must not be. */
  variables: string[]
  /** Where secrets stood as they must: whoever is to have one got it. */
  handed: Record<string, number>
}

export interface Planted {
  /** Must be nowhere but where they are handed over. */
  secrets: Readonly<Record<string, string>>
  /** Build arguments: docker itself has them in its arguments, in what it asks the engine, and in its metadata. */
  args?: Readonly<Record<string, string>>
  /** Names of variables that no child may be given. */
  variables: RegExp
  /** Commands to the runner, in what is printed. */
  isCommand?: RegExp
}

/** Searches a whole trace. */
export async function searchTrace(
  file: string,
  { secrets, args = {}, variables, isCommand }: Planted,
): Promise<Searched> {
  const [inSecrets, inAll] = [searcher(secrets), searcher({ ...secrets, ...args })]
  const found: Searched = { calls: 0, bytes: 0, programs: {}, hits: [], variables: [], handed: {} }
  let isFirst = true
  for await (const event of readTrace(file)) {
    found.calls += 1
    found.bytes += event.bytes.length
    if (isFirst) {
      // The one that is traced is given them all.
      isFirst = false
      continue
    }
    if (event.call === 'execve') children(event, variables, inSecrets, found)
    // Layers of an image that is exported: what is in the image stays there.
    if (isDocker(event.program) && /\/(?:blobs|ingest)\//.test(event.target)) continue
    const way = handedOver(event)
    const hits = (isDocker(event.program) ? inSecrets : inAll)(withoutWays(event, isCommand))
    if (way !== null)
      for (const { secret } of hits) found.handed[`${secret}: ${way}`] = (found.handed[`${secret}: ${way}`] ?? 0) + 1
    else found.hits.push(...hits.map(hit => ({ ...hit, where: `${event.program} ${event.call} ${event.target}` })))
  }
  return found
}

/** Searches what lies below a folder, names and bytes: a file that the kernel copied, or that was compressed, shows nothing in a trace. */
export const searchFolder = (
  folder: string,
  planted: Readonly<Record<string, string>>,
): { files: number; hits: Hit[] } => {
  const find = searcher(planted)
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const files = names.filter(name => statSync(join(folder, name)).isFile())
  return {
    files: files.length,
    hits: [...find(names.join('\n')), ...files.flatMap(name => find(plain(readFileSync(join(folder, name)))))],
  }
}

const plain = (bytes: Buffer): Buffer => (bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes)

function children(
  { program, argv, env }: Traced,
  variables: RegExp,
  find: (text: string) => Hit[],
  found: Searched,
): void {
  found.programs[program] = (found.programs[program] ?? 0) + 1
  const isCache = argv.some(text => text.endsWith('cache/index.cjs'))
  for (const one of env) {
    const name = one.slice(0, one.indexOf('='))
    if (variables.test(name) && !isCache) found.variables.push(`${program}: ${name}`)
    // A variable of the user's own is inherited; git has its header in one, where no command line shows it.
    else if (find(one).length > 0)
      found.handed[`${name}: environment`] = (found.handed[`${name}: environment`] ?? 0) + 1
  }
}

const isDocker = (program: string): boolean => /^docker(?:-buildx)?$/.test(program)

/** How a secret reaches whom it is for; null: this is no way for it. */
function handedOver({ program, call, target }: Traced): string | null {
  if (call === 'execve') return null
  const isStream = /^(?:UNIX|TCP|pipe)/.test(target)
  if (isDocker(program) && isStream) return 'docker to its engine, or its log to us'
  if (/^git(?:-|$)/.test(program) && /^TCP/.test(target)) return 'git to its server'
  if (/^docker-credential-/.test(program) && isStream) return 'the credential helper to us'
  if (program === 'node' && /\/repro-gate-[^/]+\/secrets\/[^/]+$/.test(target)) return 'a file of ours, for docker'
  return null
}

/** A token goes to GitHub, or to a registry, in the header that is for it; the runner hears by its commands what to mask. */
function withoutWays({ program, call, target, bytes }: Traced, isCommand: RegExp | undefined): Buffer {
  if (program !== 'node' || call === 'execve') return bytes
  const text = bytes.toString('latin1')
  if (target.startsWith('TCP'))
    return Buffer.from(text.replace(/^authorization: [^\r\n]*/gim, 'authorization: -'), 'latin1')
  return isCommand && /^(?:UNIX|pipe)/.test(target) ? Buffer.from(text.replace(isCommand, ''), 'latin1') : bytes
}
