// Where a COPY took a file from: by its text, or by what the build says of it. A place that is not sure is none.
import { describe, expect, test } from '@jest/globals'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { type Copy, copyOf, readCopy, sourcesOf, workdirBefore } from '../../src/explain/blame/copied.ts'

const parsed = (...lines: string[]) => parseDockerfile(`${lines.join('\n')}\n`, 'Dockerfile')
const read = (copy: string, workdir: string | null = '/app', buildArgs = {}, before: string[] = []): Copy | null => {
  const dockerfile = parsed('FROM a', ...before, copy)
  return readCopy(dockerfile, dockerfile.instructions.at(-1) as never, buildArgs, workdir)
}
const copied = (sources: string[], destination: string, intoFolder = false, parents = false): Copy => ({
  ...{ sources, destination, intoFolder, parents },
})

describe('a COPY as it is written', () => {
  test.each<[string, Copy | null]>([
    ['COPY /a /b', copied(['/a'], '/b')],
    ['COPY a b', copied(['/a'], '/app/b')],
    ['COPY a ./b/../c//d/.', copied(['/a'], '/app/c/d', true)],
    ['COPY /a/./b/../c /d', copied(['/a/./c'], '/d')],
    ['COPY ../../a /../b', copied(['/a'], '/b')],
    ['COPY a b /c', copied(['/a', '/b'], '/c', true)],
    ['COPY a /c/', copied(['/a'], '/c', true)],
    ['COPY a .', copied(['/a'], '/app', true)],
    ['COPY a /', copied(['/a'], '/', true)],
    ['COPY ["a b", "/c d"]', copied(['/a b'], '/c d')],
    ['COPY --parents a /c', copied(['/a'], '/c', false, true)],
    ['COPY --parents=true a /c', copied(['/a'], '/c', false, true)],
    ['COPY --parents=false a /c', copied(['/a'], '/c')],
    ['COPY --link a /c', copied(['/a'], '/c')],
    ['COPY $A /c', copied(['/of-arg'], '/c')],
    ['COPY a $A', copied(['/a'], '/app/of-arg')],
    ['COPY a $NONE', null],
    ['COPY $NONE /c', null],
    ['COPY a "$E"', copied(['/a'], '/app')],
    ['COPY a', null],
    ['COPY <<EOF /c\nx\nEOF', null],
  ])('%s', (copy, expected) => {
    expect(read(copy, '/app', { A: 'of-arg' }, ['ARG A', 'ENV E=""'])).toEqual(expected)
  })

  test('with a relative destination is not known where the working folder is not', () => {
    expect(read('COPY a b', null)).toBeNull()
    expect(read('COPY a /b', null)).toEqual(copied(['/a'], '/b'))
  })
})

describe('a COPY as the build understood it', () => {
  const understood = (copy: string, ...paths: [string, string][]) =>
    copyOf(
      parsed('FROM a', copy).instructions[1] as never,
      paths.map(([source, destination]) => ({ source, destination })),
    )

  test('has the sources and the destination that the build had', () => {
    expect(understood('COPY $X $Y', ['/a/../b', '/c/./d'])).toEqual(copied(['/b'], '/c/d'))
    expect(understood('COPY --link $X $Y', ['/a', '/b'])).toEqual(copied(['/a'], '/b'))
    expect(understood('COPY $X $Y', ['/a', '/c/'])).toEqual(copied(['/a'], '/c', true))
    expect(understood('COPY $X $Y', ['/a', '/c/.'])).toEqual(copied(['/a'], '/c', true))
    expect(understood('COPY $X $Y', ['/a', '/c'], ['/b', '/c'])).toEqual(copied(['/a', '/b'], '/c', true))
  })

  test('is not known without a source, with several destinations, or where the text alone says what is kept', () => {
    expect(understood('COPY $X $Y')).toBeNull()
    expect(understood('COPY $X $Y', ['/a', '/c'], ['/b', '/d'])).toBeNull()
    expect(understood('COPY --parents $X $Y', ['/a', '/c'])).toBeNull()
    expect(understood('COPY --parents=false $X $Y', ['/a', '/c'])).toEqual(copied(['/a'], '/c'))
  })
})

test.each<[string, string, string[]]>([
  // A file or a folder: the text does not say.
  ['COPY /a/f /b/f', '/b/f', ['/a/f']],
  ['COPY /a /b', '/b/f', ['/a/f']],
  ['COPY /a/f /b', '/b/f', ['/a/f/f', '/a/f']],
  ['COPY /a/f /b/', '/b/f', ['/a/f', '/a/f/f']],
  ['COPY /a/f /b/', '/b/g', ['/a/f/g']],
  ['COPY /a/f /b/', '/b/d/f', ['/a/f/d/f']],
  // The folder itself.
  ['COPY /a /b', '/b', ['/a']],
  ['COPY /a /b/', '/b', ['/a']],
  ['COPY /a /c /b/', '/b', []],
  ['COPY / /b', '/b', ['/']],
  ['COPY . /b', '/b', ['/']],
  // Elsewhere.
  ['COPY /a /b', '/bc', []],
  ['COPY /a /b', '/a', []],
  ['COPY /a /', '/x/y', ['/a/x/y']],
  ['COPY / /b', '/b/x', ['/x']],
  ['COPY / /', '/x', ['/x']],
  ['COPY /a/. /b', '/b/x', ['/a/x']],
  ['COPY /a/./c /b', '/b/x', ['/a/c/x']],
  // Of several sources each may be the one, and is told once.
  ['COPY /a/f /c/f /b/', '/b/f', ['/a/f', '/a/f/f', '/c/f', '/c/f/f']],
  ['COPY /a /a /b/', '/b/x', ['/a/x']],
  // A pattern takes files by their name, into a folder.
  ['COPY /a/*.c /b/', '/b/x.c', ['/a/x.c']],
  ['COPY /a/*.c /b/', '/b/xc', []],
  ['COPY /a/*.c /b/', '/b/x.c.d', []],
  ['COPY /a/*.c /b/', '/b/d/x.c', []],
  ['COPY /a/* /b/', '/b', []],
  ['COPY /*.c /b/', '/b/x.c', ['/x.c']],
  ['COPY /a/?.c /b/', '/b/x.c', ['/a/x.c']],
  ['COPY /a/?.c /b/', '/b/xy.c', []],
  ['COPY /a/[xy].c /b/', '/b/x.c', ['/a/x.c']],
  ['COPY /a/[xy].c /b/', '/b/xy.c', []],
  ['COPY /a/x+(1).* /b/', '/b/x+(1).c', ['/a/x+(1).c']],
  ['COPY /a/x+.* /b/', '/b/xx.c', []],
  ['COPY /a/** /b/', '/b/x', ['/a/x']],
  ['COPY /*/x /b/', '/b/x', []],
  ['COPY /a/*a*a*a*a*a*a*a*c /b/', '/b/aaaaaaaaaaaaaaaac', []],
  ['COPY /a/*a*a*a*a*ac /b/', '/b/aaaaaaac', ['/a/aaaaaaac']],
  // With --parents the folders of the source are kept, from the pivot on.
  ['COPY --parents /a/f /b', '/b/a/f', ['/a/f']],
  ['COPY --parents /a/f /b', '/b/a', ['/a']],
  ['COPY --parents /a/f /b', '/b/a/f/g', ['/a/f/g']],
  ['COPY --parents /a/f /b', '/b/a/fg', []],
  ['COPY --parents /a/f /b', '/b/f', []],
  ['COPY --parents /a/f /b', '/b', []],
  ['COPY --parents /w/./a/f /b', '/b/a/f', ['/w/a/f']],
  ['COPY --parents /w/./a/f /b', '/b/a', ['/w/a']],
  ['COPY --parents /w/./a/f /b', '/b/w/a/f', []],
  ['COPY --parents /./a/f /b', '/b/a/f', ['/a/f']],
  ['COPY --parents /w/./a/*.c /b', '/b', []],
  ['COPY --parents /w/./a/*.c /b', '/b/a/x.c', ['/w/a/x.c']],
  ['COPY --parents /*/./a/f /b', '/b/a/f', []],
])('%s: %s is of %j', (copy, path, expected) => {
  const one = read(copy)
  expect(one && sourcesOf(one, path)).toEqual(expected)
})

test.each<[string[], string | null, string | null]>([
  [[], '/of-base', '/of-base'],
  [[], null, null],
  [['WORKDIR /a'], null, '/a'],
  [['WORKDIR /a', 'WORKDIR b', 'RUN x', 'WORKDIR ../c'], null, '/a/c'],
  [['WORKDIR a'], '/of-base', '/of-base/a'],
  [['WORKDIR a'], null, null],
  [['WORKDIR /a', 'WORKDIR $NONE'], '/', null],
  [['WORKDIR $NONE', 'WORKDIR /a'], null, '/a'],
  [['WORKDIR $NONE', 'WORKDIR a'], '/', null],
  [['ARG A', 'WORKDIR /$A//x/'], null, '/of-arg/x'],
  [['WORKDIR /a b'], null, '/a b'],
  [['WORKDIR ["/a"]'], '/', '/[/a]'],
])('behind %j the working folder of %j is %j', (lines, ofBase, expected) => {
  const dockerfile = parsed('FROM a', ...lines, 'RUN here', 'WORKDIR /behind')
  const here = dockerfile.instructions.at(-2) as never
  expect(workdirBefore(dockerfile, dockerfile.instructions, here, { A: 'of-arg' }, ofBase)).toBe(expected)
})
