import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
} from 'yaml'
import type { Location } from '../finding.ts'
import { isDeeplyNested } from './nesting.ts'
import type { SourceFile } from './view.ts'

/** One step of a GitHub workflow. */
export interface WorkflowStep {
  /** `docker/build-push-action@v6`. */
  uses: Placed | null
  run: Placed | null
  with: ReadonlyMap<string, Placed>
  workingFolder: string | null
  /** Whether a variable is set for it: by the step, its job, the workflow, or an earlier step that wrote to GITHUB_ENV. */
  hasEnv: (name: string) => boolean
}

/** A text of the file, and where its parts stand. */
export interface Placed {
  text: string
  /** The place of a piece of the text that is on one line: of its n-th occurrence, from 0; of the start where it is not found. */
  placeOf: (piece: string, nth?: number) => Location
}

/** All steps of a workflow that may have to do with Docker; none for what is no workflow. Never throws. */
export function stepsOf(source: SourceFile): WorkflowStep[] {
  if (!/docker|buildkit/i.test(source.text) || isDeeplyNested(source.text)) return []
  try {
    const lines = new LineCounter()
    const document = parseDocument(source.text, { lineCounter: lines, logLevel: 'silent', uniqueKeys: false })
    return new Reader(source, document, lines).steps()
  } catch {
    // References without end.
    return []
  }
}

class Reader {
  private readonly source: SourceFile
  private readonly document: Document
  private readonly lines: LineCounter

  constructor(source: SourceFile, document: Document, lines: LineCounter) {
    this.source = source
    this.document = document
    this.lines = lines
  }

  steps(): WorkflowStep[] {
    const root = this.document.contents
    const jobs = this.entries(this.at(root, 'jobs')).map(([, job]) => job)
    // A composite action has its steps in `runs`.
    return [...jobs, this.at(root, 'runs')].slice(0, 500).flatMap(job => this.jobSteps(job, [this.at(root, 'env')]))
  }

  private jobSteps(job: Node | null, above: (Node | null)[]): WorkflowStep[] {
    const list = this.at(job, 'steps')
    const written: string[] = []
    return (isSeq(list) ? list.items : []).slice(0, 1000).map(item => {
      const step = this.known(item)
      const envs = [...above, this.at(job, 'env'), this.at(step, 'env')]
      const before = [...written]
      const run = this.placed(this.at(step, 'run'))
      if (run?.text.includes('GITHUB_ENV')) written.push(run.text)
      return {
        uses: this.placed(this.at(step, 'uses')),
        run,
        with: this.inputs(this.at(step, 'with')),
        workingFolder: this.placed(this.at(step, 'working-directory'))?.text ?? null,
        hasEnv: name => envs.some(env => this.sets(env, name)) || before.some(text => text.includes(name)),
      }
    })
  }

  private inputs(node: Node | null): Map<string, Placed> {
    return new Map(
      this.entries(node).flatMap(([name, value]) => {
        const placed = this.placed(value)
        return placed === null ? [] : [[name, placed] as const]
      }),
    )
  }

  /** An `env` made by an expression may set anything. */
  private sets(env: Node | null, name: string): boolean {
    if (isMap(env)) return this.entries(env).some(([key]) => key === name)
    return isScalar(env) && env.value !== null
  }

  private at(node: Node | null, key: string): Node | null {
    return this.entries(node).find(([name]) => name === key)?.[1] ?? null
  }

  private entries(node: Node | null): [string, Node | null][] {
    if (!isMap(node)) return []
    return node.items.flatMap(({ key, value }) => (isScalar(key) ? [[String(key.value), this.known(value)]] : []))
  }

  private known(node: unknown): Node | null {
    if (isAlias(node)) return node.resolve(this.document) ?? null
    return isMap(node) || isSeq(node) || isScalar(node) ? node : null
  }

  private placed(node: Node | null): Placed | null {
    if (!isScalar(node) || node.value === null) return null
    const text = String(node.value)
    return { text, placeOf: (piece, nth = 0) => this.placeOf(node, piece, nth) }
  }

  private placeOf({ range }: Scalar, piece: string, nth: number): Location {
    const [start = 0, end = start] = range ?? []
    let at = start - 1
    for (let found = 0; found <= nth && at < end; found++) {
      at = piece === '' ? -1 : this.source.text.indexOf(piece, at + 1)
      if (at < 0 || at + piece.length > end) return this.location(start, start)
    }
    return this.location(at, at + piece.length)
  }

  private location(start: number, end: number): Location {
    const { line, col } = this.lines.linePos(start)
    const last = this.lines.linePos(end)
    const columns = last.line === line && end > start ? { column: col, endColumn: last.col } : {}
    return { file: this.source.file, line, endLine: line, ...columns }
  }
}
