import type { CommandWords, Completed, FlagWords } from './words.ts'

/** For bash, from 3.2 on, as macOS has it. */
export function bash(commands: readonly CommandWords[]): string {
  return `# repro-gate in bash: source <(repro-gate completion bash)
_repro_gate() {
  local current=$2 previous=$3 command="" at
  COMPREPLY=()
  # A word ends at =, so --level=same-content comes in three.
  if [ "$current" = "=" ]; then current=""; elif [ "$previous" = "=" ]; then previous=${'${COMP_WORDS[COMP_CWORD-2]}'}; fi
  if [ "$COMP_CWORD" -gt 1 ]; then command=${'${COMP_WORDS[1]}'}; fi
  case "$command" in
    "")
      COMPREPLY=($(compgen -W ${quoted([...commands.map(({ name }) => name), 'help', '--help', '--version'])} -- "$current"))
      return ;;
${commands.map(caseOf).join('\n')}
  esac
}
complete -o default -F _repro_gate repro-gate
`
}

const caseOf = ({ name, flags, takes }: CommandWords): string => `    ${name})
      case "$previous" in
${flags
  .filter(({ value }) => value !== null)
  .map(valueCase)
  .join('\n')}
      esac
      case "$current" in
        -*) COMPREPLY=($(compgen -W ${quoted(flags.flatMap(namesOf))} -- "$current")) ;;
        *) ${replies(takes)} ;;
      esac ;;`

const valueCase = (flag: FlagWords): string =>
  `        ${namesOf(flag).join('|')}) ${replies(flag.value ?? 'text')}; return ;;`

const namesOf = ({ flag, short }: FlagWords): string[] => [`--${flag}`, ...(short === undefined ? [] : [`-${short}`])]

/**
 * No reply: the shell's own completion of files. It also takes the place of ours in a bash that could not be told to quote the
 * names: a folder may be called `$(x)`.
 */
function replies(value: Completed): string {
  if (value === 'file') return ':'
  if (value === 'text') return 'compopt +o default 2>/dev/null'
  if (value === 'folder')
    return 'if compopt -o filenames 2>/dev/null; then while IFS= read -r at; do COMPREPLY+=("$at"); done < <(compgen -d -- "$current"); fi'
  return `COMPREPLY=($(compgen -W ${quoted(value)} -- "$current"))`
}

/** Words of ours: letters, digits, dashes and dots. */
const quoted = (words: readonly string[]): string => `'${words.join(' ')}'`
