import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import type { Finding } from '../../src/finding.ts'
import { applyChanges, sortOut } from '../../src/fix/apply.ts'
import { type Outline, outlineOf } from '../../src/fix/outline.ts'
import { narrowedBy } from '../../src/lint/context/narrowed.ts'
import type { LintInput } from '../../src/lint/view.ts'

/** The sources after the findings' edits, those that can be made in one round; lookups answered as a server might. */
export function fixedInput(input: LintInput, findings: readonly Finding[]): LintInput & { fixed: Finding[] } {
  const { dockerfile, context, ignoreFile } = input
  const ignorePath = ignoreFile?.file ?? context?.ignorePath ?? ''
  const texts = new Map([
    [ignorePath, ignoreFile?.text ?? ''],
    [dockerfile.file, dockerfile.text],
  ])
  const changes = findings.flatMap(finding => {
    const edits = finding.fix?.edits ?? answered(finding)
    return edits === undefined ? [] : [{ finding, edits }]
  })
  const { together, astray } = sortOut(texts, changes)
  if (astray.length > 0) throw new Error(`edits that fit nowhere: ${JSON.stringify(astray.map(({ edits }) => edits))}`)
  const after = applyChanges(texts, together)
  const ignoreText = after.get(ignorePath) ?? ''
  const isIgnoreChanged = ignoreText !== texts.get(ignorePath)
  return {
    ...input,
    dockerfile: parseDockerfile(after.get(dockerfile.file) ?? '', dockerfile.file),
    ...(isIgnoreChanged ? { ignoreFile: { file: ignorePath, text: ignoreText } } : {}),
    ...(isIgnoreChanged && context !== null ? { context: narrowedBy(context, ignoreText) } : {}),
    fixed: together.map(({ finding }) => finding),
  }
}

/** What servers say in tests. */
export const answers = {
  'image-digest': 'sha256:9d6b7a5f2c81e4430fb1a7c69e02d35874cabe196d5f07e32b8841c60da97ef3',
  'url-checksum': 'sha256:41c7e90ab35f6d2287d1904be8cf63a55e0b7f92c61d3a84f7259e0c8db146a3',
  'git-commit': '7c3e91d05ab84f6629e1d70c5fb2a8349e6d01c7',
}

function answered({ fix }: Finding) {
  if (fix?.lookup === undefined) return undefined
  const { kind, edit } = fix.lookup
  return [{ ...edit, text: edit.text.split('{}').join(answers[kind]) }]
}

export const outlineIn = (input: LintInput): Outline => outlineOf(input.dockerfile)
