import { describe, expect, test } from '@jest/globals'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { scopeBefore } from '../../src/dockerfile/scope.ts'
import { filesReadBy, mountsStage, sourcesInRun, throughMount } from '../../src/explain/blame/run-copy.ts'

const sources = (run: string, path: string, workdir: string | null = '/src'): string[] => {
  const dockerfile = parseDockerfile(`FROM x\n${run}\n`, 'Dockerfile')
  const instruction = dockerfile.instructions[1] as never
  return sourcesInRun(dockerfile, instruction, scopeBefore(dockerfile, instruction, {}), workdir, path)
}

describe('what a RUN copied a path from', () => {
  test.each([
    ['RUN cp /a/x /b/y', '/b/y', ['/a/x']],
    ['RUN mkdir -p /b && cp gen.txt /b/', '/b/gen.txt', ['/src/gen.txt', '/src/gen.txt/gen.txt']],
    ['RUN mv /out /stage', '/stage/bin/x', ['/out/bin/x']],
    ['RUN cp -r /out /stage', '/stage/out/x', ['/out/out/x', '/out/x']],
    ['RUN install -m 755 /a/x /usr/bin/x', '/usr/bin/x', ['/a/x']],
    ['RUN cat /in/x > /y', '/y', ['/in/x']],
    ['RUN cp /a/x /b/y', '/c', []],
    ['RUN cp $UNKNOWN /b/y', '/b/y', []],
    ['RUN cd /k && cp x /b/y', '/b/y', []],
    ['RUN make', '/b/y', []],
    // A word that is not known, anywhere in the command, may stand for another source, another destination or a flag.
    ['RUN cp /a/x $UNKNOWN', '/b/y', []],
    ['RUN cp $UNKNOWN /a/x /b/', '/b/x', []],
    ['RUN cat $UNKNOWN > /y', '/y', []],
    ['RUN cp /a/x /b/y; cp "/a', '/b/y', []],
    // A folder that was changed into, anywhere in the RUN, leaves whole paths alone known.
    ['RUN pushd /k && cp x /b/y', '/b/y', []],
    ['RUN chroot /k cp x /b/y; cp z /b/y', '/b/y', []],
    ['RUN cd /k && cp /a/x /b/y', '/b/y', ['/a/x']],
    ['RUN cp ./x ./y', '/src/y', ['/src/x']],
    // Flags, and the words that belong to them.
    ['RUN cp -a /a/x /b/y', '/b/y', ['/a/x']],
    ['RUN install -m 755 -o root -g root -S .bak /a/x /b/y', '/b/y', ['/a/x']],
    ['RUN install --mode 755 --owner o --group g --suffix s /a/x /b/y', '/b/y', ['/a/x']],
    ['RUN install --mode=755 /a/x /b/y', '/b/y', ['/a/x']],
    ['RUN install -Dm 755 /a/x /b/y', '/b/y', ['/a/x']],
    ['RUN cp -d /a/x /b/y', '/b/y', ['/a/x']],
    ['RUN cp -t /b /a/x', '/b/x', []],
    ['RUN cp -at /b /a/x', '/b/x', []],
    ['RUN cp --target-directory=/b /a/x /a/z', '/b/x', []],
    ['RUN cp --parents /a/x /b', '/b/a/x', []],
    ['RUN install -d /a /b', '/b/x', []],
    ['RUN install -dm 755 /a /b', '/b/x', []],
    ['RUN install --directory /a /b', '/b/x', []],
    ['RUN cp -r /out/ /stage', '/stage/x', ['/out/x']],
    // Several sources go into a folder, and so does one to a destination that ends like one.
    ['RUN cp /a/x /a/z /b', '/b/z', ['/a/z', '/a/z/z', '/a/x/z']],
    ['RUN cp /a/x /a/z /b', '/b', []],
    ['RUN mv /a/x /b///', '/b/x', ['/a/x', '/a/x/x']],
    ['RUN cp -r /out /', '/out/x', ['/out/out/x']],
    ['RUN cp -r /out/ /stage', '/stage/out/x', ['/out/out/x', '/out/x']],
    ['RUN cp -r /a/out /', '/out/x', ['/a/out/out/x', '/a/out/x']],
    ['RUN cp /a/x /b', '/b/x', ['/a/x', '/a/x/x']],
    ['RUN cp /a/x /', '/x', ['/a/x', '/a/x/x']],
    // A file is not its own source, and is told once.
    ['RUN cp /b/y /b/y && cp /a/x /b/y && mv /a/x /b/y', '/b/y', ['/a/x']],
    [
      'RUN cp /1 /y; cp /2 /y; cp /3 /y; cp /4 /y; cp /5 /y; cp /6 /y; cp /7 /y',
      '/y',
      ['/1', '/2', '/3', '/4', '/5', '/6'],
    ],
    // Of all that cat does, one file into another is a copy.
    ['RUN cat /1 /2 > /y', '/y', []],
    ['RUN cat > /y', '/y', []],
    ['RUN cat /in/x >> /y', '/y', []],
    ['RUN cat /in/x', '/in/x', []],
    ['RUN cp /a/x', '/a/x', []],
    ['RUN ln /a/x /b/y', '/b/y', []],
  ])('%s: %s', (run, path, expected) => {
    expect(sources(run, path)).toEqual(expected)
  })

  test('a relative path without a known folder is not guessed', () => {
    expect(sources('RUN cp x /b/y', '/b/y', null)).toEqual([])
  })

  test('a relative path is one of the working folder, if that is known', () => {
    expect(sources('RUN cp ./x y', '/y', '/')).toEqual(['/x'])
    expect(sources('RUN cp x /b/y', '/b/y', '/src')).toEqual(['/src/x'])
    expect(sources('RUN cp /a/x /b/y', '/b/y', null)).toEqual(['/a/x'])
  })
})

describe('through a mount', () => {
  const seen = (mounts: string, path: string) => {
    const dockerfile = parseDockerfile(`FROM x\nRUN ${mounts} make\n`, 'Dockerfile')
    return throughMount(dockerfile.instructions[1] as never, path)
  }
  test.each([
    ['--mount=from=gen,source=/out,target=/in', '/in/a', { from: 'gen', path: '/out/a' }],
    ['--mount=from=gen,source=out/,target=/in/', '/in/a/b', { from: 'gen', path: '/out/a/b' }],
    ['--mount=from=gen,target=/in', '/in/a', { from: 'gen', path: '/a' }],
    ['--mount=from=gen,source=/,target=/in', '/in', { from: 'gen', path: '/' }],
    ['--mount=from=gen,source=/out/f,target=/in/f', '/in/f', { from: 'gen', path: '/out/f' }],
    ['--mount=from=gen,source=/out,target=/in', '/inside', null],
    ['--mount=from=gen,source=/out,target=/in', '/out/a', null],
    ['--mount=from=gen,source=/out', '/out/a', null],
    ['--mount=from=gen,target=/', '/a', null],
    ['--mount=target=/in', '/in/a', null],
    ['--mount=type=cache,from=gen,target=/in', '/in/a', null],
    ['--mount=from=one,target=/1 --mount=from=two,target=/2', '/2/a', { from: 'two', path: '/a' }],
    // What is mounted deeper hides what is mounted above it, whichever is written first.
    ['--mount=from=one,target=/in --mount=from=two,target=/in/d', '/in/d/a', { from: 'two', path: '/a' }],
    ['--mount=from=two,target=/in/d --mount=from=one,target=/in', '/in/d/a', { from: 'two', path: '/a' }],
    ['--mount=from=one,target=/in --mount=from=two,target=/in/d', '/in/a', { from: 'one', path: '/a' }],
    ['--mount=from=one,target=/in --mount=type=cache,target=/in/d', '/in/d/a', null],
    ['--mount=from=one,target=/in --mount=type=tmpfs,target=/in/d/', '/in/d', null],
    ['--mount=from=one,target=/in --mount=target=/in/d', '/in/d/a', null],
  ])('%s: %s', (mounts, path, expected) => {
    expect(seen(mounts, path)).toEqual(expected)
  })
})

test.each([
  ['RUN --mount=from=gen,target=/in make', true],
  ['RUN --mount=type=cache,target=/c --mount=type=bind,from=gen,target=/in make', true],
  ['RUN --mount=target=/in make', false],
  ['RUN --mount=type=cache,from=gen,target=/c make', false],
  ['RUN make', false],
  ['COPY --from=gen /a /b', false],
])('whether a stage is mounted: %s', (line, expected) => {
  expect(mountsStage(parseDockerfile(`FROM x\n${line}\n`, 'Dockerfile').instructions[1] as never)).toBe(expected)
})

describe('what a RUN reads', () => {
  const read = (run: string, workdir: string | null = '/src'): string[] => {
    const dockerfile = parseDockerfile(`FROM x\n${run}\n`, 'Dockerfile')
    const instruction = dockerfile.instructions[1] as never
    return filesReadBy(dockerfile, instruction, scopeBefore(dockerfile, instruction, {}), workdir)
  }
  test.each([
    ['RUN cat /a | grep -v x /b ./c d > /e', ['/a', '/src/x', '/b', '/src/c', '/src/d']],
    ['RUN make < /a > /b', ['/a']],
    ['RUN make /a', []],
    ['RUN make', []],
    ['RUN echo $(sha256sum /a) > /b', ['/a']],
    ['RUN cat "$X" "/a b" /a/*.txt /c', ['/c']],
    ['RUN cat /a /a /a', ['/a']],
    ['RUN cat /1 /2 /3 /4 /5 /6 /7', ['/1', '/2', '/3', '/4', '/5', '/6']],
    ['RUN cd /k && cat x /a', ['/a']],
    ['RUN chroot /k x; cat x', []],
    ['RUN pushd /k; cat x', []],
    ['RUN cat /a; cat "/b', []],
  ])('%s', (run, expected) => {
    expect(read(run)).toEqual(expected)
  })

  test('by a relative path, in the working folder, if that is known', () => {
    expect(read('RUN cat x ./y /z', '/')).toEqual(['/x', '/y', '/z'])
    expect(read('RUN cat x ./y /z', null)).toEqual(['/z'])
  })

  test.each([
    ...[
      'cat',
      'head',
      'tail',
      'sed',
      'awk',
      'grep',
      'cut',
      'tr',
      'jq',
      'sort',
      'base64',
      'xxd',
      'od',
      'envsubst',
      'm4',
    ],
    ...['paste', 'md5sum', 'sha1sum', 'sha256sum', 'sha512sum', 'b2sum', 'cksum'],
  ])('by %s', name => {
    expect(read(`RUN ${name} /a > /b`)).toEqual(['/a'])
  })
})
