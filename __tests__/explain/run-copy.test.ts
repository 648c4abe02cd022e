import { describe, expect, test } from '@jest/globals'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { scopeBefore } from '../../src/dockerfile/scope.ts'
import { sourcesInRun, throughMount } from '../../src/explain/blame/run-copy.ts'

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
  ])('%s: %s', (run, path, expected) => {
    expect(sources(run, path)).toEqual(expected)
  })

  test('a relative path without a known folder is not guessed', () => {
    expect(sources('RUN cp x /b/y', '/b/y', null)).toEqual([])
  })

  test('through a bind mount', () => {
    const dockerfile = parseDockerfile(
      'FROM x\nRUN --mount=from=gen,source=/out,target=/in cp /in/a /b\n',
      'Dockerfile',
    )
    const run = dockerfile.instructions[1] as never
    expect(throughMount(run, '/in/a')).toEqual({ from: 'gen', path: '/out/a' })
    expect(throughMount(run, '/inside')).toBeNull()
  })
})
