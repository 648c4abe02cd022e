/** Docker's own checks of a Dockerfile, as of BuildKit 0.32. New ones come: nothing refuses a name that is not here. */
export const dockerChecks: readonly string[] = [
  ...[
    'ConsistentInstructionCasing',
    'CopyIgnoredFile',
    'DuplicateStageName',
    'ExposeInvalidFormat',
    'ExposeProtoCasing',
  ],
  ...['FromAsCasing', 'FromPlatformFlagConstDisallowed', 'InvalidBaseImagePlatform', 'InvalidDefaultArgInFrom'],
  ...['InvalidDefinitionDescription', 'JSONArgsRecommended', 'LegacyKeyValueFormat', 'MaintainerDeprecated'],
  ...['MultipleInstructionsDisallowed', 'NoEmptyContinuation', 'RedundantTargetPlatform', 'ReservedStageName'],
  ...['SecretsUsedInArgOrEnv', 'StageNameCasing', 'UndefinedArgInFrom', 'UndefinedVar', 'WorkdirRelativePath'],
]

/** What could be the name of one. */
export const isDockerCheck = (id: string): boolean => /^(?!RG)[A-Z][A-Za-z]{5,59}$/.test(id)

/** `JSONArgsRecommended` has the page `json-args-recommended`. */
export const dockerCheckUrl = (id: string): string =>
  `https://docs.docker.com/reference/build-checks/${id
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .toLowerCase()}/`
