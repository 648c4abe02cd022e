import type { Project } from './project.ts'
import { type Stack, signOf } from './stack.ts'
import { conda } from './stacks/conda.ts'
import { go } from './stacks/go.ts'
import { nodeNpm } from './stacks/node-npm.ts'
import { nodePnpm } from './stacks/node-pnpm.ts'
import { nodeYarn } from './stacks/node-yarn.ts'
import { plain } from './stacks/plain.ts'
import { pythonPip } from './stacks/python-pip.ts'
import { pythonPoetry } from './stacks/python-poetry.ts'
import { pythonTorch } from './stacks/python-torch.ts'
import { pythonUv } from './stacks/python-uv.ts'
import { rust } from './stacks/rust.ts'

/**
 * Every stack, the one that says most first: a lock file tells more than the list that it was made from. A new one is a
 * file in stacks/, a line here and its case in the tests. `plain` fits always, and is the last.
 */
export const stacks: readonly Stack[] = [
  pythonUv,
  pythonPoetry,
  conda,
  pythonTorch,
  pythonPip,
  go,
  rust,
  nodePnpm,
  nodeYarn,
  nodeNpm,
  plain,
]

export interface Detected {
  stack: Stack
  /** The file that tells it; null when nothing does. */
  sign: string | null
  /** What it also looks like, by other languages' files. */
  others: readonly Stack[]
}

/** What a project is built with: the first stack that fits, and the first ones of other languages. */
export function detect(project: Project): Detected {
  const fitting = stacks.filter(stack => signOf(stack, project) !== null)
  const [stack = plain, ...rest] = fitting
  const others = rest.filter(other => languageOf(other) !== languageOf(stack))
  return { stack, sign: signOf(stack, project), others: oneOfEach(others) }
}

const languageOf = ({ id }: Stack): string => (id === 'conda' ? 'python' : (id.split('-')[0] ?? id))

const oneOfEach = (found: readonly Stack[]): Stack[] =>
  found.filter((stack, at) => found.findIndex(other => languageOf(other) === languageOf(stack)) === at)
