import type { RunFacts } from '../lint/per-run.ts'
import type { Ports } from '../ports.ts'
import type { Subject } from './sources.ts'

/**
 * What tells a value of this run from one of the commit; null where the build is given no value, or nobody knows the clock.
 */
export async function runFacts(
  { context, repository, buildArgs, labels, annotations }: Subject,
  { exec, env, now }: Pick<Ports, 'exec'> & Partial<Pick<Ports, 'env' | 'now'>>,
): Promise<RunFacts | null> {
  if (env === undefined || now === undefined) return null
  if (Object.keys(buildArgs).length + labels.length + annotations.length === 0) return null
  const folder = repository ?? context
  return { env, now: now(), commitTime: folder === null ? null : await commitTimeIn(folder, exec) }
}

async function commitTimeIn(folder: string, exec: Ports['exec']): Promise<number | null> {
  const args = ['-C', folder, 'rev-list', '--max-count=1', '--timestamp', 'HEAD', '--']
  const options = { signal: AbortSignal.timeout(10_000), env: { GIT_NO_LAZY_FETCH: '1', GIT_TERMINAL_PROMPT: '0' } }
  const { code, stdout } = await exec.capture('git', args, options).catch(() => ({ code: 1, stdout: '' }))
  const seconds = /^(\d{1,11}) [0-9a-f]{40}/.exec(stdout)?.[1]
  return code === 0 && seconds !== undefined ? Number(seconds) * 1000 : null
}
