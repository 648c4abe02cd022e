import { BlockList, isIP } from 'node:net'
import { isLocal } from './address.ts'
import { RegistryError } from './registry-error.ts'

/**
 * The proxy that the environment asks for: HTTPS_PROXY, HTTP_PROXY, ALL_PROXY, and NO_PROXY as Docker reads it (names
 * and all below them, with or without a port, addresses, ranges, `*`). None for this machine itself.
 * @throws RegistryError for a proxy that is no address
 */
export function proxyFor(url: URL, env: Readonly<Record<string, string | undefined>>): URL | null {
  const told = (name: string) => env[name.toLowerCase()] || env[name] || undefined
  const proxy = told(url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY') ?? told('ALL_PROXY')
  if (proxy === undefined || isLocal(url) || isExcepted(url, told('NO_PROXY') ?? '')) return null
  const address = /^[a-z][a-z0-9+.-]*:\/\//i.test(proxy) ? proxy : `http://${proxy}`
  if (URL.canParse(address) && /^https?:/i.test(address)) return new URL(address)
  throw new RegistryError(
    'The proxy that HTTPS_PROXY or HTTP_PROXY names is no http or https address. Mend the variable.',
  )
}

function isExcepted(url: URL, exceptions: string): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase()
  const port = url.port || (url.protocol === 'https:' ? '443' : '80')
  return exceptions
    .split(/[,\s]+/)
    .filter(exception => exception !== '')
    .some(exception => exception === '*' || excepts(exception.toLowerCase(), host, port))
}

function excepts(exception: string, host: string, port: string): boolean {
  if (exception.includes('/')) return isIn(exception, host)
  const [, bracketed, name = bracketed, ofPort] =
    /^(?:\[([0-9a-f:.]+)\]|([^:]+))(?::(\d+))?$/.exec(exception) ??
    (isIP(exception) === 6 ? [exception, exception] : [])
  if (name === undefined || (ofPort !== undefined && ofPort !== port)) return false
  if (isIP(name) !== 0 || isIP(host) !== 0) return name === host
  const bare = name.replace(/^\*?\./, '')
  return host.endsWith(`.${bare}`) || (host === bare && bare === name)
}

function isIn(range: string, host: string): boolean {
  const [network = '', bits = ''] = range.split('/')
  const family = isIP(network)
  if (family === 0 || isIP(host) !== family || !/^\d{1,3}$/.test(bits) || Number(bits) > (family === 4 ? 32 : 128))
    return false
  const list = new BlockList()
  list.addSubnet(network, Number(bits), family === 4 ? 'ipv4' : 'ipv6')
  return list.check(host, family === 4 ? 'ipv4' : 'ipv6')
}
