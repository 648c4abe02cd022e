import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { recogniseCause } from '../../../src/explain/causes.ts'
import { withWholePrograms } from '../../../src/explain/read-again/whole-programs.ts'
import type { Clock, Window } from '../../../src/explain/values/time.ts'
import type { Comparison, EntryDifference } from '../../../src/image/comparison.ts'
import type { Contents } from '../../../src/image/contents.ts'
import { changed, changedLarge, entry, fixture, layerOf, subjectOf } from '../subject.ts'
import type { CauseCase } from './cause-case.ts'

/** When fixtures/make-dotnet.py ran the compiler. */
const windows = JSON.parse(readFileSync(new URL('../fixtures/dotnet/windows.json', import.meta.url), 'utf8')) as Record<
  'a' | 'b',
  Window
>
const clock: Clock = { epoch: 1_700_000_000, ...windows }

const file = (name: string): EntryDifference => {
  const { a, b } = fixture(`dotnet/${name}`)
  return changed(`app/${name}`, a, b)
}

const roslyn = (rows: number[], how: string, name: string, expected: string, beside: string[] = []): CauseCase => ({
  rows,
  by: `Roslyn 3.7, ${how}`,
  name: `app/${name}`,
  found: () => {
    const { cause, recognition } = recogniseCause({ ...subjectOf(file(name), beside.map(file)), clock })
    return `${cause.id} ${recognition.follows ? `follows ${recognition.follows}` : recognition.confidence}`
  },
  expected,
})

const nothing: Comparison = { level: 'different', config: [], manifest: [], layers: [], equalLayers: 0 }

/** As `name` lies in dotnet/, packed. */
const large = (name: string): { a: Buffer; b: Buffer } => {
  const [a, b] = ['a', 'b'].map(side =>
    gunzipSync(readFileSync(new URL(`../fixtures/dotnet/${name}.${side}.gz`, import.meta.url))),
  ) as [Buffer, Buffer]
  return { a, b }
}

const keptOf = (name: string): EntryDifference => {
  const { a, b } = large(name)
  return changedLarge(`app/${name}`, a, b)
}

/** The same once its layers were read again, as they are for large programs. */
async function readAgain(name: string): Promise<EntryDifference> {
  const { a, b } = large(name)
  const own = keptOf(name)
  const contents: Contents = {
    read: async (side, _, visit) => {
      const bytes = side === 'A' ? a : b
      const receiver = visit(entry(own.path, { size: bytes.length }))
      receiver?.write(bytes)
      receiver?.end()
    },
  }
  const comparison = { ...nothing, layers: [layerOf([own])] }
  return (await withWholePrograms(comparison, contents)).layers[0]?.entries[0] ?? own
}

/** An assembly of more than 256 KiB: read again, and by what the comparison kept of it alone. */
const tooLarge = (
  [rows, how, name, expected, beside]: [number[], string, string, string, string?],
  unread: string,
): CauseCase[] =>
  [[expected, 'read again', readAgain] as const, [unread, 'not read again', keptOf] as const].map(
    ([says, when, own]) => ({
      ...{ rows, by: `Roslyn 3.7, ${how}`, name: `app/${name}, ${when}`, expected: says },
      found: async () => {
        const others = beside === undefined ? [] : [keptOf(beside)]
        const { cause, recognition } = recogniseCause({ ...subjectOf(await own(name), others), clock })
        return `${cause.id} ${recognition.follows ? `follows ${recognition.follows}` : recognition.confidence}`
      },
    }),
  )

const alike = (what: string, found: () => string, expected: string): CauseCase => ({
  rows: [],
  by: 'Roslyn 3.7, both sides of one build',
  name: what,
  found,
  expected,
})

const equal = (name: string): string => {
  const { a, b } = fixture(`dotnet/${name}`)
  return a.equals(b) ? 'equal' : 'differs'
}

const unknown = 'unknown-difference likely'
const [drawing, deriving] = ['-deterministic-', '-deterministic']

export const cases: CauseCase[] = [
  roslyn([56], `${drawing} -debug-`, 'Drawn.exe', 'dotnet-mvid certain'),
  roslyn([56], `${drawing} -debug:portable`, 'Debug.dll', 'dotnet-mvid certain'),
  roslyn([56], `${drawing} -debug:embedded`, 'Embedded.dll', 'dotnet-mvid certain'),
  roslyn([56], 'AssemblyVersion("1.0.*")', 'Star.exe', 'dotnet-mvid likely'),
  // Deterministic: the ID differs because something else does.
  roslyn([57], `${deriving}, a time in AssemblyInformationalVersion`, 'Timed.exe', 'build-time certain'),
  roslyn([57], `${deriving}, a time in a constant`, 'Constant.exe', 'build-time certain'),
  roslyn([], `${deriving}, a token in a constant`, 'Token.exe', 'random-token likely'),
  roslyn([], `${deriving}, another number`, 'Number.dll', 'unknown-difference likely'),
  roslyn([], `${deriving}, [CallerFilePath] in a temporary folder`, 'Caller.dll', 'elf-build-path certain'),
  roslyn([], `${deriving} -debug:portable in a temporary folder`, 'Folder.pdb', 'elf-build-path certain'),
  roslyn([], `${deriving}, its PDB`, 'Folder.dll', 'digest-of-changed-file follows app/Folder.pdb', ['Folder.pdb']),
  roslyn([], `${deriving}, its PDB elsewhere`, 'Folder.dll', 'unknown-difference likely'),
  roslyn([], `${deriving}, another program's PDB`, 'Folder.dll', 'unknown-difference likely', ['Number.dll']),
  roslyn([], `${deriving} -debug:embedded in a temporary folder`, 'FolderInside.dll', 'elf-build-path certain'),
  // By its texts, and by its code, which comes before all that tells the IDs.
  ...tooLarge([[57], `${deriving}, a time`, 'LongTimed.dll', 'build-time certain'], 'build-time likely'),
  ...tooLarge([[], `${deriving}, another number`, 'LongNumber.dll', unknown], unknown),
  ...tooLarge([[56], `${drawing}, a long text`, 'LongDrawn.dll', 'dotnet-mvid certain'], 'dotnet-mvid certain'),
  ...tooLarge([[57], `${deriving}, a time`, 'BusyTimed.dll', 'build-time certain'], unknown),
  ...tooLarge([[], `${deriving}, a token`, 'BusyToken.dll', 'random-token likely'], unknown),
  ...tooLarge([[], `${deriving}, another number`, 'BusyNumber.dll', unknown], unknown),
  ...tooLarge([[56], `${drawing}, much code`, 'BusyDrawn.dll', 'dotnet-mvid certain'], 'dotnet-mvid likely'),
  ...tooLarge([[], `${deriving} in a temporary folder`, 'BusyFolder.dll', unknown], unknown),
  ...tooLarge(
    [
      [],
      `${deriving}, its PDB`,
      'BusyFolder.dll',
      'digest-of-changed-file follows app/BusyFolder.pdb',
      'BusyFolder.pdb',
    ],
    unknown,
  ),
  alike('with -deterministic all is equal', () => equal('Same.exe'), 'equal'),
  alike('with -pathmap the folder does not matter', () => equal('Mapped.dll'), 'equal'),
]
