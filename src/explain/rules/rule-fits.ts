import type { Finding } from '../../finding.ts'

/** What a rule's finding is about, where the rule is about several things: a cause of another kind does not confirm it. */
const conditions: Readonly<Record<string, (rule: Finding, cause: Finding) => boolean>> = {
  /** Who notes a day is not who notes a second; who compiles Python is not who compiles C. */
  RG501: ({ message, class: kind }, { id }) => {
    if (kind === 'drift' || id === 'shadow-day') return kind === 'drift' && id === 'shadow-day'
    if (message.includes('.pyc')) return id === 'pyc-timestamp'
    if (message.includes('__DATE__')) return ['ar-time', 'build-time', 'elf-date-macro', 'two-times'].includes(id)
    return !/writes the current time/.test(message) || !['elf-date-macro', 'pyc-timestamp'].includes(id)
  },
  /** A time does not confirm chance, nor chance a time. */
  RG503: (rule, { id }) => {
    const asked = readsTime(rule) ? timeCauses : chanceCauses
    return asked.includes(id)
  },
  /** One LABEL or ENV sets several names; the rule says which of them it means, as far as it lists them. */
  RG504: ({ message }, { evidence }) => {
    const names = evidence.flatMap(
      ({ path }) => /^\/config\/(?:Labels|Env)\/(.+)/.exec(path ?? '')?.[1]?.replaceAll('~1', '/') ?? [],
    )
    return names.length === 0 || /\d more\b/.test(message) || names.some(name => message.includes(`\`${name}\``))
  },
  /** It is about the clone's `.git` only where it says so. */
  RG406: (rule, { id }) => id !== 'git-index' || /The `\.git` folder/.test(rule.message),
}

/** RG503 asks for a time, or for something random; its message says which. */
const readsTime = ({ message }: Finding): boolean => /asks for the time/.test(message)
const either = ['link-target', 'removed-file', 'renamed-file', 'sqlite-time']
const timeCauses = ['build-time', 'elf-date-macro', 'gzip-time', 'tar-header', 'two-times', 'zip-time', ...either]
const chanceCauses = [
  ...[
    'generated-key',
    'header-mode',
    'header-owner',
    'line-order',
    'machine-id',
    'random-data',
    'random-token',
    'ssh-host-key',
    'unseeded-numbers',
  ],
  ...either,
]

/** Where each package manager keeps what is installed, and the rules about it. */
const packageManagers: readonly { of: RegExp; rules: RegExp }[] = [
  { of: /(^|\/)var\/lib\/dpkg\//, rules: /^RG20[12345]$|^RG210$/ },
  { of: /(^|\/)(lib\/apk\/db|etc\/apk)\//, rules: /^RG20[478]$|^RG210$/ },
  { of: /(^|\/)(var\/lib\/rpm|usr\/lib\/sysimage\/rpm)\//, rules: /^RG20[49]$|^RG210$/ },
  { of: /\.(dist|egg)-info(\/|$)/, rules: /^RG30[1236]$|^RG31[12]$/ },
  { of: /(^|\/)node_modules\//, rules: /^RG30[2345]$/ },
  { of: /(^|\/)conda-meta\//, rules: /^RG307$|^RG312$/ },
  { of: /(^|\/)(specifications|vendor\/composer)\/|\.nuget\//, rules: /^RG310$|^RG30[23]$/ },
  { of: /(^|\/)\.?cargo\/|(^|\/)\.crates2?\.(toml|json)$/, rules: /^RG309$|^RG30[23]$/ },
]

/** Whether the cause is of the kind that the rule's finding is about, place aside. */
export function fits(rule: Finding, cause: Finding): boolean {
  if (/^package-(?:version|rebuilt)$/.test(cause.id)) return ofManagers(cause).some(({ rules }) => rules.test(rule.id))
  return conditions[rule.id]?.(rule, cause) ?? true
}

/**
 * RG708 points at the ARG, and what the argument's value ends up in is another instruction: they are tied by the name that both
 * say.
 */
export function namesArgument(rule: Finding, { id, message, evidence, location }: Finding): boolean {
  if (rule.id !== 'RG708' || !/^(?:build-argument|config-)/.test(id) || rule.location?.file !== location?.file)
    return false
  const name = /^`(\w+)`/.exec(rule.message)?.[1]
  const said = [message, ...evidence.map(({ what }) => what)].join(' ').slice(0, 20_000)
  return name !== undefined && said.split(/\W+/).includes(name)
}

function ofManagers({ paths, evidence }: Finding): typeof packageManagers {
  const all = [...paths, ...evidence.flatMap(({ path }) => path ?? [])]
  return packageManagers.filter(({ of }) => all.some(path => of.test(path)))
}
