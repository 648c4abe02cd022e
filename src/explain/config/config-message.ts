import type { Instruction } from '../../dockerfile/dockerfile.ts'
import type { Evidence } from '../../finding.ts'
import type { Argument } from './config-source.ts'

/** What to say of a difference of the config. */
export function wordsOf(
  id: string,
  names: string,
): { title: string; message: string; fix: { text: string; snippet?: string } } {
  switch (id) {
    case 'config-label':
      return {
        title: 'A label has another value in each build',
        message: `The label ${names} differs. The layers may be equal, but labels are part of the image config, so the image has another digest.`,
        fix: {
          text: 'Give the label a value that the commit alone decides (its hash, its time), or leave it out of the image; do not pass the time or the number of a build as a build argument.',
        },
      }
    case 'config-env':
      return {
        title: 'An environment variable has another value in each build',
        message: `The variable ${names} differs. It is part of the image config, so the image has another digest.`,
        fix: { text: 'Give the variable a value that the commit alone decides, or set it when the container starts.' },
      }
    case 'config-created':
      return {
        title: 'The image says when it was built',
        message: 'The date of creation in the image config differs: SOURCE_DATE_EPOCH did not reach the builder.',
        fix: {
          text: 'Pass SOURCE_DATE_EPOCH to the build (environment or --build-arg).',
          snippet: '--build-arg SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)',
        },
      }
    case 'config-history':
      if (names === '') return otherWording
      return {
        title: 'A build argument differs between the builds',
        message: `Only the history of the image differs: ${names}. Build arguments in scope of a RUN are written into the history, used or not.`,
        fix: {
          text: 'Do not pass values of a single build (time, run number) as build arguments, or declare the ARG after the last RUN.',
        },
      }
    default:
      return {
        title: 'The image config differs',
        message: `The setting ${names} of the image config differs between the two builds.`,
        fix: { text: 'Give the setting a fixed value in the Dockerfile.' },
      }
  }
}

const otherWording = {
  title: 'The history tells of one instruction in two ways',
  message:
    'Only the history of the image differs, in the words for an instruction: no file and no setting does. These words are the doing of the builder. Versions of BuildKit write some instructions (HEALTHCHECK, say) in different ways.',
  fix: { text: 'Build both images with the same version of BuildKit. In the Dockerfile nothing is to be mended.' },
}

/** Where the value comes from, when it is no constant. `fromDockerfile`: it is known what the Dockerfile sets. */
export function sourceWords(
  { id, instruction }: { id: string; instruction: Instruction | null },
  behind: readonly Argument[],
  fromDockerfile: boolean,
): string[] {
  if (behind.length > 0) {
    const named = behind.map(({ name, instruction: { line } }) => `${name} (ARG of line ${line})`).join(', ')
    return [`The value comes from the build argument ${named}: pass the same one to every build of the commit.`]
  }
  if (!fromDockerfile || instruction !== null) return []
  if (id === 'config-label')
    return ['The Dockerfile does not set it: it was given to the build (--label), or comes with the base image.']
  return id === 'config-env' ? ['The Dockerfile does not set it: it comes with the base image.'] : []
}

export const argumentEvidence = (behind: readonly Argument[]): Evidence[] =>
  behind.map(({ name, instruction }) => ({ what: `build argument ${name}, declared in line ${instruction.line}` }))

/** Each argument once, at most five. */
export function distinctArguments(behind: readonly Argument[]): Argument[] {
  const known = new Map(behind.map(one => [`${one.name} ${one.instruction.line}`, one]))
  return [...known.values()].slice(0, 5)
}
