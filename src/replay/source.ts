import { isArchiveUrl, isRemote, readGitUrl, withoutPassword } from '../options/git-url.ts'
import { type AttestedRequest, shown } from './attested-request.ts'
import { plainName } from './materials.ts'
import { isNearby } from './nearby.ts'
import type { Planned, ReplayBuild } from './plan.ts'

type Source = Pick<ReplayBuild, 'context' | 'file' | 'byBuilder' | 'isForeign'>

/**
 * Where the context of an image comes from: the recorded address at the recorded commit, or that commit at an address that
 * the user names. Null, and why, where there is none.
 */
export function planSource(request: AttestedRequest, named: string | undefined, plan: Planned): Source | null {
  const refuse = (why: string): null => {
    plan.refused.push(why)
    return null
  }
  const file = fileOf(request.file)
  if (file === null) return refuse(`Its Dockerfile ${shown(request.file)} is no path inside of a context.`)
  if (request.locals.length > 0 || request.source === null) return ofFolder(request, file, named, plan)
  const { address, digest, folder } = request.source
  if (digest === null)
    return refuse(
      `The provenance has no commit or checksum of its context ${plainName(address)}, so nobody can know what it was.`,
    )
  if (isArchiveUrl(address)) return ofArchive(address, digest, file, named, plan)
  const own = readGitUrl(address)
  if (typeof own === 'string')
    return refuse(`Its context ${shown(plainName(address))} is not one that can be fetched: ${own}.`)
  const url = named === undefined ? own : readGitUrl(named)
  if (typeof url === 'string')
    return refuse(
      `context (--context): the image was built of a repository, and ${shown(plainName(named ?? ''))} is none: ${url}.`,
    )
  if (named !== undefined && url.ref !== null && /^[0-9a-f]{40,64}$/i.test(url.ref) && url.ref.toLowerCase() !== digest)
    return refuse(`context (--context): it asks for commit ${url.ref}, and the image was built of ${digest}.`)
  if (named === undefined && isNearby(url.remote)) return refuse(nearby(withoutPassword(url.remote)))
  if (named === undefined && /^ssh:|^[\w.-]+@/i.test(url.remote))
    return refuse(
      `Its repository ${plainName(url.remote)} is asked with your SSH key, and you have not named it: name it with context (--context), and give the key (--ssh default).`,
    )
  const path = folder || own.folder
  if (/(^|\/)\.\.(\/|$)|[\p{Cc}#?:]/u.test(path))
    return refuse(`Its folder ${shown(path)} is no folder of a repository.`)
  const remote = withoutPassword(url.remote)
  plan.exact.push(
    `the build context: ${remote}, commit ${digest}${path === '' ? '' : `, folder ${path}`}, Dockerfile ${file}`,
  )
  if (named !== undefined && remote !== withoutPassword(own.remote))
    plan.notes.push(
      `The commit is fetched from the address that you name; the image was built from ${plainName(own.remote)}. A commit is the same wherever it is.`,
    )
  if (!own.submodules) plan.open.push('The build took no submodules, and here they are taken.')
  return {
    context: `${named === undefined ? remote : url.remote}#${digest}${path === '' ? '' : `:${path}`}`,
    file,
    byBuilder: true,
    isForeign: named === undefined || url.ref?.toLowerCase() !== digest,
  }
}

const nearby = (address: string): string =>
  `Its source ${shown(address)} is an address of this machine or its network. Provenance may be written by anybody, so it is asked only where you name it: --context ${plainName(address)}`

function ofArchive(
  address: string,
  checksum: string,
  file: string,
  named: string | undefined,
  plan: Planned,
): Source | null {
  if (named !== undefined && !isArchiveUrl(named)) {
    plan.refused.push('context (--context): the image was built of an archive, so it has to be the address of one.')
    return null
  }
  if (named === undefined && isNearby(address)) {
    plan.refused.push(nearby(plainName(address)))
    return null
  }
  if (named === undefined && plainName(address) !== address) {
    plan.refused.push(
      `The address of its context held a password or a query, and BuildKit may have starred that: name it with context (--context). It was ${plainName(address)}`,
    )
    return null
  }
  plan.exact.push(`the build context: ${plainName(named ?? address)}, sha256:${checksum}, Dockerfile ${file}`)
  return { context: named ?? address, file, byBuilder: true, isForeign: false }
}

/** Of a folder nothing is known but, perhaps, what it was a checkout of; the user may say what it was. */
function ofFolder(
  { locals, checkout }: AttestedRequest,
  file: string,
  named: string | undefined,
  plan: Planned,
): Source | null {
  const commit = checkout?.commit.replace(/-dirty$/, '')
  if (named === undefined) {
    const was =
      checkout === null
        ? ''
        : ` It says that this was a checkout of commit ${commit}${checkout.address === '' ? '' : ` of ${plainName(checkout.address)}`}${checkout.commit.endsWith('-dirty') ? ', with changes' : ''}.`
    plan.refused.push(
      `It was built of a folder of the machine that built it (${locals.slice(0, 5).map(shown).join(', ') || 'or of standard input'}), and no provenance holds that.${was} Name the repository that the folder was a checkout of, with its commit: --context URL#COMMIT:FOLDER. Or build images from a git URL, as docker/build-push-action does where it is given no context.`,
    )
    return null
  }
  const url = isRemote(named) && !isArchiveUrl(named) ? readGitUrl(named) : null
  if (url === null || typeof url === 'string') {
    plan.refused.push('context (--context): say which repository the folder was a checkout of, as URL#COMMIT:FOLDER.')
    return null
  }
  const ref = url.ref ?? url.commit ?? commit
  if (ref === undefined) {
    plan.refused.push('context (--context): no commit is recorded; say which one it was, as URL#COMMIT:FOLDER.')
    return null
  }
  plan.open.push(
    `The build context was a folder, which nobody recorded: ${plainName(named)} is your word. Equal images prove it; others may come of another context.`,
  )
  return {
    context: `${url.remote}#${ref}${url.folder === '' ? '' : `:${url.folder}`}`,
    ...{ file, byBuilder: false, isForeign: url.ref === null && url.commit === null },
  }
}

/** The path of a Dockerfile inside of a context; null where it leads elsewhere or could be taken for something else. */
export function fileOf(path: string): string | null {
  const steps = (path || 'Dockerfile').split('/').filter(step => step !== '' && step !== '.')
  const plain = steps.join('/')
  const isPlain = plain !== '' && plain.length <= 1000 && !/^[-/\\]|[\p{Cc}:\\]/u.test(plain) && !path.startsWith('/')
  return isPlain && !steps.includes('..') ? plain : null
}
