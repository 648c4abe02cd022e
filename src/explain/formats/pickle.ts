import { PickleMachine, Truncated } from './pickle-machine.ts'
import { stepOf } from './pickle-opcodes.ts'
import type { PickleLeaf } from './pickle-value.ts'

/** A pickle, in pieces. */
export interface Pickle {
  leaves: PickleLeaf[]
  /** Holds a set or a frozenset. */
  sets: boolean
  /** Read to the end; else only as far as the bytes are here. */
  complete: boolean
}

const stop = 0x2e
const stepLimit = 400_000

/**
 * Reads a pickle of protocol 2 to 5 (and joblib's, which has the bytes of arrays between) after the opcodes of Python's
 * pickletools, without making any object. Null when the bytes are no pickle.
 */
export function readPickle(bytes: Buffer): Pickle | null {
  if (bytes[0] !== 0x80 || (bytes[1] ?? 0) < 2 || (bytes[1] ?? 9) > 5) return null
  const machine = new PickleMachine(bytes)
  try {
    runToStop(machine)
    return machine.atEnd ? { leaves: machine.leaves, sets: machine.sets, complete: true } : null
  } catch (error) {
    const isCutOff = error instanceof Truncated && machine.leaves.length > 0
    return isCutOff ? { leaves: machine.leaves, sets: machine.sets, complete: false } : null
  }
}

function runToStop(machine: PickleMachine): void {
  for (let steps = 0; steps < stepLimit; steps++) {
    const opcode = machine.take(1).readUInt8()
    if (opcode === stop) return
    const step = stepOf(opcode)
    if (step === undefined) throw new Error('no opcode of pickle')
    step(machine)
  }
  throw new Truncated()
}
