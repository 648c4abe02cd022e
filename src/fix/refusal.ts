/** Why a program could not ask, in words. The first that fits what it printed; most telling first. */
const reasons: readonly [RegExp, string][] = [
  [/toomanyrequests|too many requests|\b429\b/i, 'the registry answers no more for now (too many requests)'],
  [/x509|certificate/i, 'the certificate of the server is not trusted here'],
  [/http response to https client/i, 'the server speaks plain HTTP, which is allowed on localhost only'],
  [
    /no such host|temporary failure in name resolution|could not resolve host|server misbehaving|ENOTFOUND|EAI_AGAIN/i,
    'there is no network, or no server of that name',
  ],
  [
    /connection refused|network is unreachable|no route to host|i\/o timeout|timed? ?out|connection reset|dial tcp|could not connect|failed to connect|ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|UND_ERR_\w*TIMEOUT/i,
    'the server does not answer',
  ],
  [
    /unauthorized|authentication required|access denied|permission denied|insufficient_scope|could not read (username|password)|terminal prompts disabled|\b40[13]\b|forbidden/i,
    'access was denied: there is nothing of that name, or you have to log in first',
  ],
  [/not found|manifest unknown|name unknown|name invalid|does not exist|\b404\b/i, 'there is nothing of that name'],
]

/** What a program's error output, or an error's text, says about why it could not ask. */
export function refusalIn(text: string): string {
  const known = reasons.find(([pattern]) => pattern.test(text.slice(0, 20_000)))
  if (known !== undefined) return known[1]
  const last = text.trim().split('\n').at(-1)?.trim() ?? ''
  return last === '' ? 'no reason was given' : last.length > 200 ? `${last.slice(0, 200)}…` : last
}
