import { delimiter, join } from 'node:path'

/** The `github` and `runner` contexts of a run, as far as they become environment variables. */
export interface Contexts {
  github: Record<string, string>
  runner: Record<string, string>
}

const noSha = '0'.repeat(40)

/** The contexts of a run in `root`, with what a test sets itself on top. */
export function contexts(
  root: string,
  actionDir: string,
  workspace: string,
  eventPath: string,
  given: Record<string, string>,
  debug: boolean,
): Contexts {
  return {
    github: {
      ...{
        action: '__self',
        action_path: actionDir,
        action_ref: '',
        action_repository: '',
        actor: 'octocat',
        actor_id: '1',
      },
      ...{
        api_url: 'https://api.github.com',
        graphql_url: 'https://api.github.com/graphql',
        server_url: 'https://github.com',
      },
      ...{
        base_ref: '',
        head_ref: '',
        ref: 'refs/heads/main',
        ref_name: 'main',
        ref_protected: 'false',
        ref_type: 'branch',
      },
      ...{
        event_name: 'push',
        event_path: eventPath,
        job: 'test',
        repository: 'o/r',
        repository_id: '1',
        repository_owner: 'o',
      },
      ...{ repository_owner_id: '1', retention_days: '90', run_attempt: '1', run_id: '1', run_number: '1', sha: noSha },
      ...{ triggering_actor: 'octocat', workflow: 'ci', workflow_ref: 'o/r/.github/workflows/ci.yml@refs/heads/main' },
      ...{ workflow_sha: noSha, workspace, token: 'ghs_dummy' },
      ...given,
    },
    runner: {
      ...{ os: 'Linux', arch: 'X64', name: 'emulated', environment: 'self-hosted', temp: join(root, '_temp') },
      ...{ tool_cache: join(root, '_tool'), workspace: root },
      ...(debug ? { debug: '1' } : {}),
    },
  }
}

/** The environment of one phase. Nothing of the test's own environment but where programs are and the home folder. */
export function environment(
  { github, runner }: Contexts,
  inputs: Record<string, string>,
  step: { paths: string[]; env: Record<string, string>; state: Record<string, string>; files: Record<string, string> },
): Record<string, string> {
  const upper = (prefix: string, values: Record<string, string>) =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [`${prefix}${name.replaceAll(' ', '_').toUpperCase()}`, value]),
    )
  const { token: _, ...named } = github // GITHUB_TOKEN is not on the runner's list
  return {
    PATH: [...step.paths.toReversed(), process.env.PATH ?? ''].join(delimiter),
    HOME: process.env.HOME ?? '/',
    ...{ LANG: 'C.UTF-8', CI: 'true', GITHUB_ACTIONS: 'true' },
    ...step.env,
    ...upper('INPUT_', inputs),
    ...upper('GITHUB_', named),
    ...upper('GITHUB_', step.files),
    ...upper('RUNNER_', runner),
    ...Object.fromEntries(Object.entries(step.state).map(([name, value]) => [`STATE_${name}`, value])),
  }
}

/** `${{ a.b.c }}` in the default of an input: properties only. */
export const evaluated = (value: unknown, known: Contexts): string =>
  String(value ?? '').replace(/\$\{\{\s*([\w.-]+)\s*\}\}/g, (_, path: string) => {
    const found = path
      .split('.')
      .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], known)
    return String(found ?? '')
  })
