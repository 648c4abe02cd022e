import type { Shell } from '../options/own-commands.ts'
import { bash } from './bash.ts'
import { fish } from './fish.ts'
import type { CommandWords } from './words.ts'
import { zsh } from './zsh.ts'

const scripts: Readonly<Record<Shell, (commands: readonly CommandWords[]) => string>> = { bash, zsh, fish }

/** The script that makes a shell complete all these words. */
export const completionScript = (shell: Shell, commands: readonly CommandWords[]): string => scripts[shell](commands)
