/** The text of a .repro-gate.yml: the defaults, said out loud, and the way to the rest. */
export const configText = (files: readonly string[]): string => `\
# yaml-language-server: $schema=https://raw.githubusercontent.com/repro-gate/repro-gate/main/docs/config.schema.json
# What repro-gate asks for in this repository. Every key may be left out:
# https://github.com/repro-gate/repro-gate/blob/main/docs/config.md
profile: default # strict: what would only differ next week fails, too
${files.length === 0 ? '' : `files: # what \`repro-gate lint\` lints where it is given nothing\n${files.map(file => `  - ${file}\n`).join('')}`}
# A finding that is all right here:
# ignores:
#   - rule: RG201
#     path: services/legacy/**
#     reason: our mirror serves one snapshot
#     until: 2099-12-31
`
