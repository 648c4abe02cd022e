import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = join(import.meta.dirname, 'corpus')

/** Hard Dockerfiles, byte for byte: `.gitattributes` beside them keeps git from changing line ends. */
export const corpus: { name: string; text: string }[] = readdirSync(folder)
  .filter(file => file.endsWith('.Dockerfile'))
  .map(file => ({ name: file.slice(0, -'.Dockerfile'.length), text: readFileSync(join(folder, file), 'utf8') }))

const keywords =
  'ADD|ARG|CMD|COPY|ENTRYPOINT|ENV|EXPOSE|FROM|HEALTHCHECK|LABEL|MAINTAINER|ONBUILD|RUN|SHELL|STOPSIGNAL|USER|VOLUME|WORKDIR'

/**
 * The same text with every word that could be a keyword written `rUN`, wherever it stands: in comments, heredoc bodies and
 * continued lines too, whatever our parser thinks of the place. BuildKit then warns about the casing of each instruction
 * it sees, with its lines, so one it sees and we do not cannot stay hidden. (Flag names and parts of words are left.)
 */
export const mixKeywords = (text: string): string =>
  text.replace(
    new RegExp(`(?<![\\w\\-./=<])(?:${keywords})(?![\\w=\\-./])`, 'gi'),
    word => word[0]?.toLowerCase() + word.slice(1).toUpperCase(),
  )

/** With a stage before everything but the directives: BuildKit does not warn about ARG before the first FROM. */
export function withLeadingStage(text: string): string {
  const head = /^\uFEFF?(?:#!.*\n)?(?:[ \t]*#[ \t]*(?:syntax|escape|check)[ \t]*=.*\n)*/i.exec(text)?.[0] ?? ''
  return `${head}fROM scratch\n${text.slice(head.length)}`
}
