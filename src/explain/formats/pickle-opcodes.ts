import type { PickleMachine } from './pickle-machine.ts'
import type { Value } from './pickle-value.ts'
import { other } from './pickle-value.ts'

type Step = (machine: PickleMachine) => void

/** What an opcode of protocol 2 to 5 does, by the descriptions in Python's pickletools; undefined where there is none. */
export const stepOf = (opcode: number): Step | undefined => steps.get(opcode)

const pushOther: Step = machine => machine.push(other)
const nothing: Step = () => {}

const numbers: Record<string, Step> = {
  I: machine => decimalLine(machine),
  L: machine => decimalLine(machine),
  F: machine => decimalLine(machine),
  J: machine => machine.integer(machine.take(4).readInt32LE()),
  K: machine => machine.integer(machine.take(1).readUInt8()),
  M: machine => machine.integer(machine.take(2).readUInt16LE()),
  G: machine => machine.float(machine.take(8)),
  N: pushOther,
  '\x88': machine => machine.integer(1, 'True'),
  '\x89': machine => machine.integer(0, 'False'),
  '\x8a': machine => machine.integer(Number.NaN, `0x${machine.counted(1).toString('hex')}`),
  '\x8b': machine => machine.integer(Number.NaN, `0x${machine.counted(4).toString('hex')}`),
}

const texts: Record<string, Step> = {
  S: machine => machine.text(machine.line()),
  T: machine => machine.text(machine.counted(4).toString('utf8')),
  U: machine => machine.text(machine.counted(1).toString('utf8')),
  V: machine => machine.text(machine.line()),
  X: machine => machine.text(machine.counted(4).toString('utf8')),
  '\x8c': machine => machine.text(machine.counted(1).toString('utf8')),
  '\x8d': machine => machine.text(machine.counted(8).toString('utf8')),
}

const bytes: Record<string, Step> = {
  B: machine => machine.raw(machine.counted(4)),
  C: machine => machine.raw(machine.counted(1)),
  '\x8e': machine => machine.raw(machine.counted(8)),
  '\x96': machine => machine.raw(machine.counted(8)),
  '\x97': pushOther,
  '\x98': nothing,
}

const tuplesAndLists: Record<string, Step> = {
  ')': machine => machine.push({ kind: 'tuple', items: [] }),
  t: machine => machine.push({ kind: 'tuple', items: machine.popToMark() }),
  '\x85': machine => machine.push({ kind: 'tuple', items: machine.popLast(1) }),
  '\x86': machine => machine.push({ kind: 'tuple', items: machine.popLast(2) }),
  '\x87': machine => machine.push({ kind: 'tuple', items: machine.popLast(3) }),
  ']': pushOther,
  l: machine => insteadOfMarked(machine),
  a: machine => machine.pop(),
  e: machine => machine.popToMark(),
}

const dictsAndSets: Record<string, Step> = {
  '}': machine => machine.push({ kind: 'dict', entries: new Map() }),
  d: machine => insteadOfMarked(machine),
  s: machine => setItems(machine, machine.popLast(2)),
  u: machine => setItems(machine, machine.popToMark()),
  '\x8f': machine => {
    machine.sets = true
    machine.push(other)
  },
  '\x90': machine => machine.popToMark(),
  '\x91': machine => {
    machine.sets = true
    insteadOfMarked(machine)
  },
}

const objects: Record<string, Step> = {
  c: machine => machine.object(globalLines(machine), []),
  i: machine => machine.object(globalLines(machine), machine.popToMark()),
  o: machine => insteadOfMarked(machine),
  R: machine => callWith(machine, machine.pop()),
  b: machine => {
    const state = machine.pop()
    machine.build(machine.top, state)
  },
  '\x81': machine => callWith(machine, machine.pop()),
  '\x92': machine => {
    machine.pop()
    callWith(machine, machine.pop())
  },
  '\x93': machine => {
    const [name, module] = [machine.pop(), machine.pop()]
    machine.object(`${textOf(module)}.${textOf(name)}`, [])
  },
}

/** Objects that another program keeps, by their number or name there. */
const persistent: Record<string, Step> = {
  P: machine => {
    machine.line()
    machine.push(other)
  },
  Q: machine => {
    machine.pop()
    machine.push(other)
  },
  '\x82': machine => skipAndPush(machine, 1),
  '\x83': machine => skipAndPush(machine, 2),
  '\x84': machine => skipAndPush(machine, 4),
}

const stackAndMemo: Record<string, Step> = {
  '(': machine => machine.mark(),
  '0': machine => machine.pop(),
  '1': machine => machine.popToMark(),
  '2': machine => machine.push(machine.top),
  p: machine => machine.memoize(Number(machine.line())),
  q: machine => machine.memoize(machine.take(1).readUInt8()),
  r: machine => machine.memoize(machine.take(4).readUInt32LE()),
  g: machine => machine.recall(Number(machine.line())),
  h: machine => machine.recall(machine.take(1).readUInt8()),
  j: machine => machine.recall(machine.take(4).readUInt32LE()),
  '\x94': machine => machine.memoizeNext(),
}

const framing: Record<string, Step> = {
  '\x80': machine => machine.take(1),
  '\x95': machine => machine.take(8),
}

const groups = [numbers, texts, bytes, tuplesAndLists, dictsAndSets, objects, persistent, stackAndMemo, framing]
const steps = new Map(
  groups.flatMap(group => Object.entries(group)).map(([opcode, step]) => [opcode.charCodeAt(0), step]),
)

function decimalLine(machine: PickleMachine): void {
  const line = machine.line()
  machine.integer(Number.parseFloat(line), line)
}

const globalLines = (machine: PickleMachine): string => `${machine.line()}.${machine.line()}`
const textOf = (value: Value): string => (value.kind === 'text' ? value.text : '')

/** The callable lies on the stack under its arguments. */
const callWith = (machine: PickleMachine, items: Value): void => machine.call(machine.pop(), items)

function insteadOfMarked(machine: PickleMachine): void {
  machine.popToMark()
  machine.push(other)
}

function skipAndPush(machine: PickleMachine, length: number): void {
  machine.take(length)
  machine.push(other)
}

function setItems(machine: PickleMachine, items: Value[]): void {
  const dict = machine.top
  if (dict.kind !== 'dict') return
  for (let at = 0; at + 1 < items.length; at += 2) {
    const key = items[at]
    if (key?.kind === 'text') dict.entries.set(key.text, items[at + 1] ?? other)
  }
}
