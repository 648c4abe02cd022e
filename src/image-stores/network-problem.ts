import { RegistryError } from './registry-error.ts'
import type { Question } from './transport.ts'

const passing = new Set([
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
])

/** Whether it may go well when tried again. */
export const isPassing = (error: unknown): boolean => passing.has(codeOf(error))

/** The same of what was said of it. */
export const isPassingProblem = (error: unknown): boolean =>
  error instanceof RegistryError && passing.has(String(error.cause))

/** Why a host could not be asked, and what to do. Nothing of the answer is quoted: it may hold what we sent. */
export function networkProblem(
  error: unknown,
  { url, what }: Pick<Question, 'url' | 'what'>,
  proxy: URL | null,
): RegistryError {
  const through = proxy === null ? '' : ` through the proxy ${proxy.host}`
  const said = `${url.host} could not be asked${what === undefined ? '' : ` for ${what}`}${through}`
  return new RegistryError(`${said}: ${reasonOf(error, proxy)}`, { cause: codeOf(error) })
}

function reasonOf(error: unknown, proxy: URL | null): string {
  const code = codeOf(error)
  if ((error as Error | null)?.constructor.name === 'Late')
    return `${(error as Error).message}. Try again later; a firewall or a proxy may hold the answer back.`
  if (/^(CERT_|ERR_TLS_|DEPTH_|UNABLE_TO_|SELF_SIGNED|HOSTNAME_MISMATCH)/.test(code))
    return `its certificate is not trusted (${code}). For a certificate authority of your own, set NODE_EXTRA_CA_CERTS to its file.`
  if (/^(ERR_SSL_|EPROTO)/.test(code))
    return `it does not speak TLS as expected (${code}). Registries are asked by https; only localhost may speak http. ${answersInstead}`
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `its name cannot be resolved (${code}). Check the name and this machine's DNS.`
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return `its answer has more headers than are read. ${answersInstead}`
  if (code.startsWith('HPE_')) return `it does not speak HTTP (${code}). ${answersInstead}`
  if (code === 'UND_ERR_ABORTED' && proxy !== null)
    return 'the proxy refuses. Check HTTPS_PROXY, its password and NO_PROXY.'
  if (passing.has(code) || code === 'ECONNREFUSED' || code.endsWith('UNREACH'))
    return `no connection, or one that broke (${code}). Check that it runs and that this machine may reach it.`
  return `the network gave an error (${code === '' ? 'unknown' : code}). Try again later.`
}

const answersInstead = 'Check the name and the port, and whether something else answers in its place.'

/** A code of our kind only: letters, digits and `_`. */
function codeOf(error: unknown): string {
  for (let at = error, depth = 0; depth < 5 && typeof at === 'object' && at !== null; depth += 1) {
    const { code, cause } = at as { code?: unknown; cause?: unknown }
    if (typeof code === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(code)) return code
    at = cause
  }
  return ''
}
