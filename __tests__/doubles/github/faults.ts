import { needed } from './permissions.ts'
import { invalid, notFound, type Reply, refusal } from './state.ts'

/** Something that goes wrong, at the next requests that fit. */
export interface Fault {
  /** The operation it waits for; any when absent. */
  operation?: string
  kind: keyof typeof answers | 'reset' | 'hang' | 'slow' | 'truncate' | 'applied-then-500'
  /** How often; once when absent. */
  times?: number
  /** Requests that pass first. */
  skip?: number
  /** For `slow`: so long. */
  milliseconds?: number
}

/** Answers that come instead of the true one. */
const answers = {
  forbidden: (operation: string): Reply => ({
    ...refusal(403, 'Resource not accessible by integration'),
    headers: { 'x-accepted-github-permissions': needed[operation] ?? '' },
  }),
  unauthorized: () => refusal(401, 'Bad credentials'),
  'not-found': () => notFound(),
  422: () => invalid('Validation Failed', { resource: 'X', code: 'invalid', field: 'y' }),
  500: () => refusal(500, 'Server Error'),
  502: (): Reply => ({
    status: 502,
    raw: '<html><h1>502 Bad Gateway</h1></html>',
    headers: { 'content-type': 'text/html' },
  }),
  503: () => refusal(503, 'Service unavailable'),
  'primary-rate-limit': (): Reply => ({
    ...refusal(403, 'API rate limit exceeded for installation ID 1.'),
    headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.floor(Date.now() / 1000) + 2) },
  }),
  'secondary-rate-limit': (): Reply => ({
    ...refusal(403, 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.'),
    headers: { 'retry-after': '1' },
  }),
  429: (): Reply => ({ ...refusal(429, 'You have exceeded a secondary rate limit.'), headers: { 'retry-after': '1' } }),
}

/** Every way in which a request can go wrong. */
export const faultKinds = [
  ...(Object.keys(answers).map(kind => (/^\d+$/.test(kind) ? Number(kind) : kind)) as (keyof typeof answers)[]),
  ...(['reset', 'hang', 'slow', 'truncate', 'applied-then-500'] as const),
] satisfies Fault['kind'][]

/** The answer of a fault that answers; null for one that does something else. */
export const faultAnswer = ({ kind }: Fault, operation: string): Reply | null =>
  kind in answers ? answers[kind as keyof typeof answers](operation) : null

/** Takes the first fault that is for this operation, and uses it up by one. */
export function takeFault(faults: Fault[], operation: string): Fault | null {
  for (const fault of faults) {
    if ((fault.operation && fault.operation !== operation) || (fault.times ?? 1) <= 0) continue
    if ((fault.skip ?? 0) > 0) {
      fault.skip = (fault.skip ?? 0) - 1
      continue
    }
    fault.times = (fault.times ?? 1) - 1
    return fault
  }
  return null
}
