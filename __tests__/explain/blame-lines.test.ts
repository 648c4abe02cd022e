// Of any Dockerfile the lines that layers are blamed on are the true ones, whatever the image or its build tells of them: none
// rather than a wrong one. The builds are made up here, as BuildKit writes them.
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { parseDockerfile } from '../../src/dockerfile/parse.ts'
import { type BlamedLayer, blameLayers } from '../../src/explain/blame/blame.ts'
import type { HistoryEntry, Image } from '../../src/image/image.ts'

/** An instruction as it is written, as BuildKit's history has it, and what kind of step it is; none makes no layer. */
interface Form {
  text: string
  told: string
  step: 'exec' | 'file' | null
}
/** Few words, so that many are alike. */
const forms: readonly Form[] = ['one', 'two'].flatMap((word): Form[] => [
  { text: `RUN make ${word}`, told: `RUN /bin/sh -c make ${word} # buildkit`, step: 'exec' },
  { text: `RUN make \\\n  all ${word}`, told: `RUN /bin/sh -c make   all ${word} # buildkit`, step: 'exec' },
  { text: `COPY ${word} /to/`, told: `COPY ${word} /to/ # buildkit`, step: 'file' },
  { text: `WORKDIR /${word}`, told: `WORKDIR /${word}`, step: 'file' },
  { text: `ENV KEY=${word}`, told: `ENV KEY=${word}`, step: null },
])

/** Where an instruction stands, and the steps that it and those before it make; equal ones on equal ones are one. */
interface Placed extends Form {
  line: number
  endLine: number
  chain: string
}
interface Made {
  text: string
  /** Of the last stage. */
  lineage: Placed[]
  /** Of all stages. */
  all: Placed[]
  base: number
}

const stages = fc.array(
  fc.record({ continues: fc.boolean(), body: fc.array(fc.constantFrom(...forms), { maxLength: 4 }) }),
  { minLength: 1, maxLength: 3 },
)
const made = fc.tuple(stages, fc.nat(3)).map(([written, base]): Made => {
  const lines: string[] = []
  const lineages: Placed[][] = []
  for (const [at, { continues, body }] of written.entries()) {
    const before = continues ? lineages.at(-1) : undefined
    lines.push(before ? `FROM s${at - 1} AS s${at}` : `FROM debian AS s${at}`)
    const lineage = [...(before ?? [])]
    for (const form of body) {
      const line = lines.length + 1
      lines.push(...form.text.split('\n'))
      const chain = form.step === null ? (lineage.at(-1)?.chain ?? '') : `${lineage.at(-1)?.chain ?? ''}>${form.told}`
      lineage.push({ ...form, line, endLine: lines.length, chain })
    }
    lineages.push(lineage)
  }
  return { text: `${lines.join('\n')}\n`, lineage: lineages.at(-1) ?? [], all: lineages.flat(), base }
})

const layersOf = ({ lineage }: Made): Placed[] => lineage.filter(({ step }) => step !== null)
const historyOf = ({ lineage, base }: Made): HistoryEntry[] => [
  ...Array.from({ length: base }, (_, at) => ({ created_by: `base ${at}` })),
  ...lineage.map(({ told, step }) => ({ created_by: told, ...(step === null ? { empty_layer: true } : {}) })),
]
const imageOf = (of: Made, history?: HistoryEntry[]): Image => ({
  ...{ digest: 'm', configDigest: 'c' },
  manifest: { config: { mediaType: '', digest: '', size: 0 }, layers: [] },
  config: {
    rootfs: { type: 'layers', diff_ids: Array.from({ length: of.base + layersOf(of).length }, (_, at) => `d${at}`) },
    ...(history ? { history } : {}),
  },
})

/** What BuildKit tells of the build. */
function provenanceOf(of: Made, source: string | null = of.text): unknown {
  const chains = [...new Set(layersOf(of).map(({ chain }) => chain))]
  const places = (chain: string): Placed[] => of.all.filter(one => one.step !== null && one.chain === chain)
  const steps = chains.map((chain, at) => ({
    id: `step${at + 1}`,
    op: {
      Op:
        places(chain)[0]?.step === 'exec'
          ? { exec: { mounts: [{ dest: '/' }] } }
          : { file: { actions: [{ input: 0, Action: {} }] } },
    },
    inputs: [`step${at}:0`],
  }))
  const locations = chains.map((chain, at) => [
    `step${at + 1}`,
    {
      locations: places(chain).map(({ line, endLine }) => ({ ranges: [{ start: { line }, end: { line: endLine } }] })),
    },
  ])
  const infos = source === null ? [] : [{ data: Buffer.from(source).toString('base64') }]
  return {
    buildConfig: {
      llbDefinition: [
        { id: 'step0', op: { Op: { source: {} } } },
        ...steps,
        { id: 'result', op: {}, inputs: [`step${steps.length}:0`] },
      ],
    },
    metadata: {
      'https://mobyproject.org/buildkit@v1#metadata': { source: { locations: Object.fromEntries(locations), infos } },
    },
  }
}

/** The layers that a Dockerfile's own instructions made, and how many lie under them. */
const truth = (of: Made) => [
  ...Array.from({ length: of.base }, () => [true, null, null]),
  ...layersOf(of).map(({ line, endLine }) => [false, line, endLine]),
]
const said = (layers: BlamedLayer[]) => layers.map(({ base, line, endLine }) => [base, line, endLine])
const blamed = (of: Made, provenance: unknown, history?: HistoryEntry[]) =>
  blameLayers(provenance, imageOf(of, history), parseDockerfile(of.text, 'Dockerfile'))
/** Each line that is said is the true one. */
function expectNoneWrong(of: Made, layers: BlamedLayer[]): void {
  const own = layersOf(of)
  expect(layers).toHaveLength(of.base + own.length)
  // Nor is one of its own taken for one of the base.
  for (const [at, { base }] of layers.entries()) expect([at, base && at >= of.base]).toEqual([at, false])
  for (const [at, { line, endLine }] of layers.entries())
    if (line !== null)
      expect([at, line, endLine]).toEqual([at, own[at - of.base]?.line ?? null, own[at - of.base]?.endLine ?? null])
}

test('where history and build tell all, every layer has its line', () => {
  fc.assert(
    fc.property(made, of => {
      expect(said(blamed(of, null, historyOf(of)))).toEqual(truth(of))
      expect(said(blamed(of, provenanceOf(of), historyOf(of)))).toEqual(truth(of))
      expect(said(blamed(of, provenanceOf(of)))).toEqual(truth(of))
    }),
  )
})

test('where the history tells of another step, no layer has a wrong line', () => {
  const other = fc.constantFrom(
    ...['RUN /bin/sh -c other # buildkit', 'COPY other /to/ # buildkit', 'ADD one /to/ # buildkit', 'ADD make all two'],
    ...['ENV OTHER=x', '', 'WORKDIR /x'],
  )
  fc.assert(
    fc.property(made, fc.nat(9), other, (of, at, told) => {
      const history = historyOf(of)
      const changed = history.map((entry, index) => (index === at ? { ...entry, created_by: told } : entry))
      expectNoneWrong(of, blamed(of, null, changed))
      expectNoneWrong(of, blamed(of, provenanceOf(of), changed))
      // Of what the history denies no line is said at all.
      const layer = history.slice(0, at).filter(entry => !entry.empty_layer).length
      if (at >= of.base && history[at] && !history[at]?.empty_layer && history[at]?.created_by !== told)
        for (const provenance of [null, provenanceOf(of)])
          expect(blamed(of, provenance, changed)[layer]).toMatchObject({ line: null, instruction: told })
      // What the build tells of the others stands.
      if (at >= of.base && history[at] && !history[at]?.empty_layer && history[at]?.created_by !== told) {
        const others = (lines: unknown[]) => lines.toSpliced(layer, 1)
        expect(others(said(blamed(of, provenanceOf(of), changed)))).toEqual(others(truth(of)))
      }
    }),
  )
})

describe('steps whose place is not to be believed', () => {
  type Kind = 'exec' | 'file'
  /** A build of these steps, each with the lines that it is said to come from. */
  const of = (text: string, history: string[], ...steps: [Kind, number, number?][]): BlamedLayer[] => {
    const chain = steps.map(
      ([step, line, endLine = line], at): Placed => ({
        ...{ text: '', told: history[at] ?? '', step, line, endLine, chain: `${at}` },
      }),
    )
    const one: Made = { text, lineage: chain, all: chain, base: 0 }
    const told = history.length === 0 ? undefined : history.map(created_by => ({ created_by }))
    return blamed(one, provenanceOf(one), told)
  }
  const linesOf = (layers: BlamedLayer[]) => layers.map(({ line }) => line)
  const text = 'FROM a AS other\nRUN make it\nFROM b\nENV A=b\nCOPY f /f\nRUN make \\\n  all\nADD g /g\n'

  test('are blamed on what can have made them', () => {
    expect(linesOf(of(text, [], ['file', 5], ['exec', 6, 7], ['file', 8]))).toEqual([5, 6, 8])
    expect(linesOf(of(text, [], ['exec', 7]))).toEqual([6])
    // What a RUN gets as a heredoc is a file.
    expect(linesOf(of(text, [], ['file', 6]))).toEqual([6])
  })

  test.each<[string, Kind, number]>([
    ['a program at a COPY', 'exec', 5],
    ['a program at an ENV', 'exec', 4],
    ['files at an ENV', 'file', 4],
    ['a program in another stage', 'exec', 2],
    ['a program at a line that is not there', 'exec', 9],
    ['files at a FROM', 'file', 3],
  ])('are blamed on nothing: %s', (_, kind, line) => expect(linesOf(of(text, [], [kind, line]))).toEqual([null]))

  test('without a word of the history a layer has an instruction of no text', () => {
    expect(of(text, [], ['exec', 4])[0]).toEqual({
      ...{ index: 0, base: false, instruction: '', line: null, endLine: null, stage: null },
    })
  })

  // BuildKit counts the lines of a trigger from its own.
  const triggers = 'FROM a AS base\nONBUILD RUN make one\nONBUILD RUN make one\nFROM base\nRUN make two\n'
  const one = 'RUN /bin/sh -c make one # buildkit'

  test('of triggers are blamed on one after the other, as the history has them', () => {
    const steps = [
      ['exec', 1],
      ['exec', 1],
      ['exec', 5],
    ] as const
    const history = [one, one, one.replace('one', 'two')]
    expect(linesOf(of(triggers, history, ...steps.map(([kind, line]): [Kind, number] => [kind, line])))).toEqual([
      ...[2, 3, 5],
    ])
    expect(linesOf(of(triggers, [], ...steps.map(([kind, line]): [Kind, number] => [kind, line])))).toEqual([
      ...[null, null, 5],
    ])
  })
})

test('where the build was of another text, nothing that it tells of lines is taken', () => {
  fc.assert(
    fc.property(made, of => {
      const other = provenanceOf(of, `# another first line\n${of.text}`)
      expect(said(blamed(of, other)).map(([, line]) => line)).toEqual(truth(of).map(() => null))
      expect(said(blamed(of, other, historyOf(of)))).toEqual(truth(of))
      // One that does not tell its text is taken, where the steps fit.
      expect(said(blamed(of, provenanceOf(of, null)))).toEqual(truth(of))
    }),
  )
})

test('where the build made more layers than the image has, nothing that it tells is taken', () => {
  fc.assert(
    fc.property(made, of => {
      const twice = [...of.lineage, ...of.lineage].map((one, at) => ({ ...one, chain: `${at}` }))
      const doubled = provenanceOf({ ...of, lineage: twice, all: twice })
      fc.pre(layersOf(of).length > of.base)
      expect(said(blamed(of, doubled)).map(([, line]) => line)).toEqual(truth(of).map(() => null))
    }),
  )
})
