import type { CommandWords, Completed, FlagWords } from './words.ts'

/** For fish: sourced, or as completions/repro-gate.fish. */
export function fish(commands: readonly CommandWords[]): string {
  const lines = [
    '# repro-gate in fish: repro-gate completion fish | source',
    'complete -c repro-gate -f',
    ...commands.map(({ name, title }) => `complete -c repro-gate -n __fish_use_subcommand -a ${name} -d '${title}'`),
    'complete -c repro-gate -n __fish_use_subcommand -l version -d Version',
    'complete -c repro-gate -n __fish_use_subcommand -s h -l help -d Help',
    ...commands.flatMap(linesOf),
  ]
  return `${lines.join('\n')}\n`
}

function linesOf({ name, flags, takes }: CommandWords): string[] {
  const here = `complete -c repro-gate -n '__fish_seen_subcommand_from ${name}'`
  return [...flags.map(flag => `${here} ${flagOf(flag)}`), `${here} ${argumentOf(takes)}`]
}

function flagOf({ flag, short, value, title }: FlagWords): string {
  const name = `${short === undefined ? '' : `-s ${short} `}-l ${flag}`
  const taken =
    value === null ? '' : value === 'text' ? ' -x' : value === 'file' ? ' -r -F' : ` -x ${argumentOf(value)}`
  return `${name}${taken} -d '${title}'`
}

function argumentOf(value: Completed): string {
  if (value === 'file') return '-F'
  if (value === 'folder') return "-a '(__fish_complete_directories (commandline -ct))'"
  return value === 'text' ? '' : `-a '${value.join(' ')}'`
}
