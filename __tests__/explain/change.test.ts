import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import type { Remedy } from '../../src/explain/cause.ts'
import { composeFix } from '../../src/explain/remedy.ts'
import type { LinesChange } from '../../src/finding.ts'

const text = `FROM debian:12
RUN apt-get update \\
 && apt-get install -y curl
RUN date > /built
RUN ["sh", "-c", "make"]
RUN <<EOF
make
EOF
ONBUILD RUN make
RUN make # and no more
`
const inFile = (source: string) => parseDockerfile(source, 'Dockerfile')
const dockerfile = inFile(text)
const changeAt = (line: number, ...remedies: [Remedy, ...Remedy[]]): LinesChange | undefined => {
  const instruction = dockerfile.instructions.find(one => one.line === line) ?? null
  return composeFix(remedies[0], remedies, instruction, dockerfile).change
}
const remove: Remedy = { text: 'Remove it.', remove: ['/var/log/*'] }

describe('the lines of a fix', () => {
  test('a removal is put at the end of the RUN, on a line of its own', () => {
    expect(changeAt(2, remove)).toEqual({
      file: 'Dockerfile',
      line: 2,
      before: ['RUN apt-get update \\', ' && apt-get install -y curl'],
      after: ['RUN apt-get update \\', ' && apt-get install -y curl \\', ' && rm -rf /var/lib/apt/lists/* /var/log/*'],
    })
    expect(changeAt(4, remove)?.after).toEqual(['RUN date > /built \\', '    && rm -rf /var/log/*'])
  })

  describe('of a RUN that ends with a deletion of its own', () => {
    const mended = (lines: string[], ...remedies: Remedy[]) => {
      const file = inFile(['FROM debian:12', ...lines].join('\n'))
      const all = [remove, ...remedies]
      return composeFix(remove, all, file.instructions.find(one => one.line === 2) ?? null, file).change?.after
    }
    const apt = ['RUN apt-get update \\', ' && apt-get install -y curl \\']

    test('that line gets the further paths, and none twice', () => {
      expect(mended([...apt, ' && rm -rf /var/lib/apt/lists/*'])).toEqual([
        ...apt,
        ' && rm -rf /var/lib/apt/lists/* /var/log/*',
      ])
      expect(mended([...apt, ' && rm -fr /root/.cache /var/lib/apt/lists/*  '])).toEqual([
        ...apt,
        ' && rm -fr /root/.cache /var/lib/apt/lists/* /var/log/*',
      ])
      expect(
        mended(['RUN set -eux; \\', '    apt-get install -y curl; \\', '    rm -rf /var/lib/apt/lists/*']),
      ).toEqual([
        ...['RUN set -eux; \\', '    apt-get install -y curl; \\'],
        '    rm -rf /var/lib/apt/lists/* /var/log/*',
      ])
    })

    test('what else is to be run stands behind it', () => {
      expect(mended([...apt, ' && rm -rf /x'], { text: 'x', append: ['touch -d @1 /y', 'true'] })?.at(-1)).toBe(
        ' && rm -rf /x /var/lib/apt/lists/* /var/log/* && touch -d @1 /y && true',
      )
    })

    test.each([
      ['words of another command', ['RUN echo \\', '  rm -rf /x']],
      ['an alternative', ['RUN make || \\', '  rm -rf /x']],
      ['in brackets', ['RUN (make \\', '  && rm -rf /x)']],
      ['a path with a variable', ['RUN make \\', '  && rm -rf $X']],
      ['a path in quotes', ['RUN make \\', '  && rm -rf "/a b"']],
      ['another command behind it', ['RUN make \\', '  && rm -rf /x && ls']],
      ['files alone', ['RUN make \\', '  && rm -f /x']],
      ['behind a comment', ['RUN echo \\', '# so; \\', '  rm -rf /x']],
      ['on the same line', ['RUN make && rm -rf /x']],
      ['what is to be deleted already', ['RUN make \\', '  && rm -rf /var/log/*']],
    ])('which is not sure to be one of its own (%s): a line more', (_, lines) => {
      expect(mended(lines)?.slice(0, -1)).toEqual([...lines.slice(0, -1), `${lines.at(-1)} \\`])
      expect(mended(lines)?.at(-1)).toMatch(/^ +&& rm -rf \/var\/log\/\*$/)
    })
  })

  test('a variable stands above the instruction', () => {
    expect(changeAt(4, { text: 'Set it.', snippet: 'ENV PYTHONHASHSEED=0' })).toMatchObject({
      before: ['RUN date > /built'],
      after: ['ENV PYTHONHASHSEED=0', 'RUN date > /built'],
    })
  })

  test('an instruction that is written anew stands in place of the old one, the ARG it needs above it', () => {
    const rewrite = (own: string) => own.replace('date', 'date -d "@$SOURCE_DATE_EPOCH"')
    expect(changeAt(4, { text: 'Use it.', rewrite, needsEpoch: true })?.after).toEqual([
      'ARG SOURCE_DATE_EPOCH',
      'RUN date -d "@$SOURCE_DATE_EPOCH" > /built',
    ])
    const touch = { text: 'x', append: ['touch -d "@$SOURCE_DATE_EPOCH" /x'], needsEpoch: true }
    expect(changeAt(4, remove, touch)?.after[0]).toBe('ARG SOURCE_DATE_EPOCH')
  })

  test('of the JSON form the whole instruction is written', () => {
    expect(changeAt(5, remove)?.after).toEqual(['RUN ["sh","-c","make && rm -rf /var/log/*"]'])
  })

  test('where it would not do what it says there is none', () => {
    for (const line of [6, 9, 10]) expect(changeAt(line, remove)).toBeUndefined()
    expect(changeAt(1, { text: 'Set it.', snippet: 'ENV A=b' })).toBeUndefined()
    expect(changeAt(4, { text: 'Ignore it.', snippet: '.git' })).toBeUndefined()
    expect(changeAt(99, remove)).toBeUndefined()
  })

  test('with the change the file has no more problems, and the instructions that it had', () => {
    const line = fc.constantFrom(
      ...['RUN make', 'RUN make \\', ' && cp a b', '# x', '', 'COPY a b', 'RUN <<E', 'E', 'RUN make #', 'RUN make;'],
      ...['run make', 'ENV a=b \\', '  \\', 'RUN ["a"]', ' && rm -rf /x', 'RUN make; \\', ' rm -rf y \\'],
    )
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), lines => {
        const before = inFile(['FROM a', ...lines].join('\n'))
        for (const instruction of before.instructions) {
          const { change } = composeFix(remove, [remove], instruction, before)
          if (!change) continue
          const all = before.text.split('\n')
          expect(all.slice(change.line - 1, change.line - 1 + change.before.length)).toEqual(change.before)
          all.splice(change.line - 1, change.before.length, ...change.after)
          const after = inFile(all.join('\n'))
          expect(after.problems.length).toBe(before.problems.length)
          const keywords = (of: typeof after) => of.instructions.map(({ keyword }) => keyword)
          expect(keywords(after)).toEqual(keywords(before))
          const mended = after.instructions.find(one => one.line === instruction.line)
          expect(mended?.logical.text).toMatch(/\brm -rf (?:\/x )?\/var\/log\/\*$/)
        }
      }),
      { numRuns: 500 },
    )
  })
})
