import { readFileSync } from 'node:fs'
import { recogniseCause } from '../../../src/explain/causes.ts'
import type { Clock, Window } from '../../../src/explain/values/time.ts'
import type { EntryDifference } from '../../../src/image/comparison.ts'
import { changed, fixture, subjectOf } from '../subject.ts'
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
  alike('with -deterministic all is equal', () => equal('Same.exe'), 'equal'),
  alike('with -pathmap the folder does not matter', () => equal('Mapped.dll'), 'equal'),
]
