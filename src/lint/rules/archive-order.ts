import { type Archive, archivesIn } from '../commands/archive.ts'
import { ofChildren } from '../onbuild.ts'
import type { Draft, Rule } from '../rule.ts'
import { quote } from '../wording.ts'

export const archiveOrder: Rule = {
  id: 'RG507',
  title: 'An archive keeps times and the order of the disk',
  level: 'warning',
  class: 'now',
  on: false,
  check: view =>
    view.steps.flatMap(step => archivesIn(view, step).map(archive => ofChildren(view, step, draftOf(archive)))),
}

const snippets: Record<string, string> = {
  tar: 'tar --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner -cf out.tar dir',
  zip: 'find dir -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} + && find dir -type f | LC_ALL=C sort | zip -X -@ out.zip',
  jar: 'jar --create --date="$(date -u -d "@$SOURCE_DATE_EPOCH" +%FT%TZ)" --file out.jar -C classes .',
  cpio: 'find dir -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} + && find dir | LC_ALL=C sort | cpio --reproducible -o > out.cpio',
  gzip: 'gzip -n file',
}

function draftOf({ command, keeps, missing }: Archive): Draft {
  const what = {
    times: 'when each of its files was written, which for what this build made is now',
    order: 'the order in which the disk gives the names',
  }
  const name = command.name === 'gtar' ? 'tar' : command.name
  const options = missing.map(option => quote(option)).join(' and ')
  return {
    range: command.words[0]?.range ?? command.range,
    class: keeps.includes('times') ? 'now' : 'machine',
    message: `What ${quote(command.name)} makes here holds ${keeps.map(kept => what[kept]).join(', and ')}. BuildKit evens the times of the image's own files, not those inside an archive, so two builds give two archives.`,
    fix: {
      text: `${missing.length === 0 ? 'Even the times and give it a sorted list of names' : `Give it ${options}`}, with ${quote('ARG SOURCE_DATE_EPOCH')} in the stage.`,
      ...(snippets[name] === undefined ? {} : { snippet: snippets[name] }),
    },
    confidence: 'likely',
  }
}
