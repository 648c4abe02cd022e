import type { CommandWords, Completed, FlagWords } from './words.ts'

/** For zsh: sourced, or as a file `_repro-gate` on its fpath. */
export function zsh(commands: readonly CommandWords[]): string {
  return `#compdef repro-gate
# repro-gate in zsh, after compinit: source <(repro-gate completion zsh)
_repro_gate() {
  local -a commands
  commands=(
${commands.map(({ name, title }) => `    '${name}:${title}'`).join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe -t commands command commands
    compadd -- help --help --version
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${commands.map(caseOf).join('\n')}
  esac
}
if [ "$funcstack[1]" = _repro_gate ] || [ "$funcstack[1]" = _repro-gate ]; then _repro_gate "$@"; else compdef _repro_gate repro-gate; fi
`
}

const caseOf = ({ name, flags, takes, many }: CommandWords): string => `    ${name})
      _arguments -s \\
${flags
  .flatMap(specsOf)
  .map(spec => `        '${spec}' \\`)
  .join('\n')}
        '${many ? '*' : '1'}:argument:${action(takes)}'
      ;;`

/** The long and the short form each have their own; a repeated one may come again. */
function specsOf({ flag, short, value, repeated, title }: FlagWords): string[] {
  const names = [`--${flag}`, ...(short === undefined ? [] : [`-${short}`])]
  const taken = value === null ? '' : `:${flag}:${action(value)}`
  return names.map(
    name => `${repeated ? '*' : ''}${name}${value !== null && name.startsWith('--') ? '=' : ''}[${title}]${taken}`,
  )
}

function action(value: Completed): string {
  if (value === 'file') return '_files'
  if (value === 'folder') return '_files -/'
  return value === 'text' ? ' ' : `(${value.join(' ')})`
}
