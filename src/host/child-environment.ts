/** Inputs and states of the action, and whatever the runner has for the talk with GitHub's services. */
const ofRunner = /^(?:INPUT_|STATE_|ACTIONS_)/i
/** Tokens that whole jobs are often given. */
const tokens = /^(?:GITHUB|GH)_(?:ENTERPRISE_)?(?:TOKEN|PAT)$/i

/**
 * The environment for child processes: without the action's inputs, the runner's own tokens and those for GitHub. Neither docker nor
 * git needs them, and a bake or compose file could ask for each variable that docker has.
 */
export const childEnvironment = (environment: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  entries(environment, name => !ofRunner.test(name) && !tokens.test(name))

/** Of what children are not given, what a build may be by name, as a secret: `secret-envs: npm=GITHUB_TOKEN`. */
export const tokensIn = (environment: Readonly<Record<string, string | undefined>>): Record<string, string> =>
  entries(environment, name => tokens.test(name))

const entries = (
  environment: Readonly<Record<string, string | undefined>>,
  wanted: (name: string) => boolean,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(environment).filter(
      (entry): entry is [string, string] => entry[1] !== undefined && wanted(entry[0]),
    ),
  )
