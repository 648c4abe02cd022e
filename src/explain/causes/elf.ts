import type { Cause, Found, Remedy } from '../cause.ts'
import type { ElfDifference } from '../formats/elf-difference.ts'
import {
  accountsFor,
  distinctTexts,
  elfOf,
  sectionEvidence,
  textEvidenceOf,
  timeEvidenceOf,
} from '../formats/elf-evidence.ts'
import type { Rewrite } from '../rewrite.ts'
import { withFixedName, withFlag } from '../rewrite.ts'

/** A program or library that has its compile time in it: __DATE__ and __TIME__. */
export const elfDateMacro: Cause = {
  id: 'elf-date-macro',
  recognise: subject => {
    const elf = elfOf(subject)
    if (!elf?.times.some(isMacro)) return null
    const { path } = subject.entry
    return {
      confidence: accountsFor(elf, ['time']) ? 'certain' : 'likely',
      evidence: [
        ...elf.times.slice(0, 3).map(time => timeEvidenceOf(path, time)),
        ...distinctTexts(elf.texts)
          .slice(0, 1)
          .map(text => textEvidenceOf(path, text)),
        ...sectionEvidence(path, elf),
      ],
    }
  },
  describe: ({ subjects }) => ({
    title: 'A program has its compile time in it',
    message: `${subjects.length === 1 ? 'A compiled file holds' : `${subjects.length} compiled files hold`} the date or time at which it was compiled (__DATE__, __TIME__, or a stamp made by the build system). Each build compiles in another moment.`,
    remedy: {
      text: 'Let the compiler see SOURCE_DATE_EPOCH: gcc and clang then take __DATE__ and __TIME__ from it. Or remove the macros; -Wdate-time -Werror=date-time finds them.',
      needsEpoch: true,
      snippet: 'ARG SOURCE_DATE_EPOCH',
      rewrite: text => text,
    },
  }),
}

/** `Nov 21 2026`, `03:00:05`: what the compiler writes. Any other form came into the program from a script. */
const isMacro = ({ a }: ElfDifference['times'][number]): boolean =>
  typeof a === 'string' && /^(?:(?:[A-Z][a-z]{2} )?[A-Z][a-z]{2} [ \d]\d\b|\d\d:\d\d:\d\d$)/.test(a)

const kinds = ['path', 'object', 'seed', 'cuda']

/** A program or library in which a random or temporary path or name was compiled in. */
export const elfBuildPath: Cause = {
  id: 'elf-build-path',
  recognise: subject => {
    const elf = elfOf(subject)
    const texts = distinctTexts(elf?.texts.filter(({ kind }) => kinds.includes(kind)) ?? [])
    if (!elf || texts.length === 0 || elf.times.length > 0 || elf.texts.some(({ kind }) => kind === 'vcs')) return null
    const { path } = subject.entry
    return {
      confidence: accountsFor(elf, kinds) ? 'certain' : 'likely',
      variant: variantOf(elf, texts),
      evidence: [...texts.slice(0, 3).map(text => textEvidenceOf(path, text)), ...sectionEvidence(path, elf)],
    }
  },
  describe: found => {
    const variants = new Set(found.recognitions.map(({ variant }) => variant ?? 'path'))
    const [only] = variants
    const own = variants.size === 1 && only ? only : 'mixed'
    return {
      title: titles[own] ?? general.title,
      message: messages[own] ?? general.message,
      remedy: remedyOf(own, found),
    }
  },
}

/** Which compiler it was decides how it is mended. */
function variantOf({ sections }: ElfDifference, texts: ElfDifference['texts']): string {
  const special = texts.find(({ kind }) => kind !== 'path')
  if (special) return special.kind
  if (sections.some(name => name === '.note.go.buildid' || name === '.gopclntab')) return 'go'
  return texts.some(({ a }) => /\.rs\b|\/\.cargo\/|rustc/.test(a)) ? 'rust' : 'path'
}

const general = {
  title: 'A program has a temporary path or a random name in it',
  message:
    'A compiled file names the folder or the temporary file it was made from, or sections with a random suffix. The name is drawn anew in every build.',
}

const titles: Record<string, string> = {
  seed: 'The compiler draws random names for the sections of an object file',
  object: 'A program names the temporary object files it was linked from',
  cuda: 'A program names the temporary files of nvcc',
  dotnet: 'A .NET assembly names the folder it was compiled in',
}

const messages: Record<string, string> = {
  seed: 'With link-time optimisation (-flto) and for some constructors gcc puts a number drawn by chance into names of sections and symbols. Object files and static libraries that stay in the image differ in every build.',
  object:
    'The symbol table names an object file in /tmp (ccXXXXXX.o): the compiler was given assembler or other sources and linked them in one step, through an object file with a random name. The code is not concerned.',
  cuda: 'nvcc writes the names of its temporary files (tmpxft_…, with its process ID) into symbols of the program, and into names of device code a number that it makes of the folder it runs in. They differ in every build.',
  dotnet:
    'The sources were compiled in a folder with a name that is drawn anew in every build. The PDB lists them with their folder, and a deterministic compiler makes the IDs of the assembly of all of that.',
}

function remedyOf(variant: string, found: Found): Remedy {
  switch (variant) {
    case 'seed':
      return {
        text: 'Give the compiler a fixed seed: -frandom-seed=NAME (each source file its own name, such as `-frandom-seed=$@` in a Makefile), or do not keep the object files in the image.',
        rewrite: withCompilerFlag('-frandom-seed=1'),
      }
    case 'object':
      return {
        text: 'Make the object files in a step of their own, with names of your own (`gcc -c start.S -o start.o`), and link these; or leave the symbol table out (-s, strip).',
        rewrite: withCompilerFlag('-s'),
      }
    case 'cuda':
      return {
        text: 'Compile in a fixed folder (WORKDIR /src instead of `mktemp -d`) and keep the names of temporary files fixed: `nvcc --objdir-as-tempdir` (CUDA 11.4 and later, with -c -o NAME.o) or `-keep -keep-dir build`, one file at a time. Stripping the result takes out the names of temporary files, not those of device code.',
        rewrite: fixedFolder(withFlag('nvcc', '--objdir-as-tempdir')),
      }
    case 'go':
      return {
        text: 'Leave the paths out: `go build -trimpath`, or build in a fixed folder (WORKDIR /src).',
        rewrite: fixedFolder(withFlag('go build', '-trimpath')),
      }
    case 'dotnet':
      return {
        text: 'Build in a fixed folder (WORKDIR /src), or map it away: `dotnet publish -p:PathMap=$PWD=/src`, `csc -pathmap:$PWD=/src`; or leave the PDB out (`-p:DebugType=none`).',
        rewrite: withFixedName,
      }
    case 'rust':
      return {
        text: 'Build in a fixed folder (WORKDIR /src), or map it away: RUSTFLAGS="--remap-path-prefix=$PWD=.".',
        rewrite: fixedFolder(withFlag('rustc', '--remap-path-prefix="$PWD"=.')),
      }
    default:
      return {
        text: 'Build in a fixed folder (WORKDIR /src instead of `mktemp -d`), map it away (`-ffile-prefix-map="$PWD"=.`), give a fixed seed (`-frandom-seed=…`, for link-time optimisation), or strip the result.',
        ...(found.recognitions.every(recognition => recognition.variant === 'path')
          ? { rewrite: fixedFolder(withCompilerFlag('-ffile-prefix-map="$PWD"=.')) }
          : {}),
      }
  }
}

/** A folder with a fixed name where one of mktemp was used; else by the flag. */
const fixedFolder =
  (flag: Rewrite): Rewrite =>
  (text, instruction) =>
    withFixedName(text, instruction) ?? flag(text, instruction)

/** Adds a flag to every call of a C or C++ compiler. */
const withCompilerFlag = (flag: string): Rewrite => withFlag('gcc|g\\+\\+|cc|c\\+\\+|clang|clang\\+\\+', flag)
