/** What buildx reads for `type=gha`, which it leaves out without a word where these are not set. */
export function cacheEnvironment(
  sources: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  if (!sources.some(source => /(^|,)\s*"?type=gha\b/.test(source))) return {}
  const names = ['ACTIONS_CACHE_URL', 'ACTIONS_RESULTS_URL', 'ACTIONS_RUNTIME_TOKEN', 'ACTIONS_CACHE_SERVICE_V2']
  return Object.fromEntries(names.flatMap(name => (environment[name] ? [[name, environment[name]]] : [])))
}
