import type { ContentPair } from '../../image/comparison.ts'
import type { Cause, Recognition, Subject } from '../cause.ts'
import { contentDiffers } from '../content.ts'
import { idsOf, isDerived, readAssembly, stampOf } from '../formats/dotnet-assembly.ts'
import { moment } from '../values/excerpt.ts'

/** A .NET program or library that carries a new ID (MVID) and the time of its compilation. */
export const dotnetMvid: Cause = {
  id: 'dotnet-mvid',
  recognise: ({ entry }: Subject): Recognition | null => {
    const { content } = entry
    if (!contentDiffers(entry) || !content || content.a.size !== content.b.size) return null
    const [a, b] = [readAssembly(content.a), readAssembly(content.b)]
    if (!a || !b) return ofStamps(entry.path, content)
    if (a.mvid === b.mvid && a.time === b.time) return null
    // The IDs follow from what was compiled: that is the cause.
    if (a.deterministic && b.deterministic) return null
    const own = idsOf(a)
    const explained = content.runs.every(run =>
      own.some(({ offset, length }) => run.offset >= offset && run.offset + run.length <= offset + length),
    )
    if (!explained && a.mvid === b.mvid) return null
    return {
      confidence: explained && content.complete ? 'certain' : 'likely',
      evidence: [
        ...(a.mvid === b.mvid
          ? []
          : [{ what: 'module version ID (MVID)', path: entry.path, offset: a.guids.offset, a: a.mvid, b: b.mvid }]),
        ...(a.time === b.time
          ? []
          : [
              {
                what: 'time stamp of the PE header',
                path: entry.path,
                offset: a.stamp,
                a: moment(a.time * 1000),
                b: moment(b.time * 1000),
              },
            ]),
        ...(explained ? [] : [{ what: 'other bytes differ, too', path: entry.path }]),
      ],
    }
  },
  describe: () => ({
    title: 'A .NET assembly gets a new ID in every build',
    message:
      'The compiler draws a module version ID (MVID) for every compilation and notes the time in the header, unless it is told to derive both from the content.',
    remedy: {
      text: "Compile deterministically: `dotnet publish -p:Deterministic=true -p:ContinuousIntegrationBuild=true` (the SDK's default for C#, unless a project or AssemblyVersion with `*` switches it off), `csc -deterministic`.",
    },
  }),
}

/** What the beginning of a large assembly tells, whose IDs are not here. */
function ofStamps(path: string, content: ContentPair): Recognition | null {
  const [a, b] = [stampOf(content.a), stampOf(content.b)]
  if (a === null || b === null || a === b || isDerived(a) || isDerived(b)) return null
  const times = { a: moment(a * 1000), b: moment(b * 1000) }
  return {
    confidence: 'likely',
    evidence: [
      { what: 'time stamp of the PE header', path, ...times },
      { what: 'the file is too large to look at its IDs', path },
    ],
  }
}
