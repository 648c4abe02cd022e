import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { gate } from '../../src/gate.ts'
import { createExec } from '../../src/host/exec.ts'
import type { LedgerStore } from '../../src/ledger/store.ts'
import { checkOptions, type Given } from '../../src/options/options.ts'
import { gapMs } from '../../src/prove/order.ts'
import type { Report } from '../../src/report/report.ts'
import { portsWith } from '../build/ports.ts'
import { baseImage, engineEnvironment } from './engine.ts'

const runner = (name: string) => ({ os: 'Linux', arch: 'X64', name, image: 'ubuntu24 1' })
const runOf = (id: string) => ({ id, attempt: 1, url: `https://github.com/o/r/actions/runs/${id}`, workflow: 'ci' })

/** Runs the gate in this process with a ledger, as the run of that id on a runner of its own. */
export async function gatedWith(ledger: LedgerStore, here: string, given: Given, id = '1') {
  const env = engineEnvironment()
  const ports = portsWith(createExec(env), { env })
  const network = process.env.REPRO_GATE_RUN_NETWORK
  const options = checkOptions('gate', {
    ...{ 'source-date-epoch': ['1700000000'], 'docker-check': ['never'], config: ['none'] },
    ...(network ? { network: [network] } : {}),
    ...given,
  })
  const caller = { version: 'test', ledger: { store: ledger, run: runOf(id), runner: runner(`runner ${id}`), here } }
  const report: Report = await gate(options, ports, caller)
  return { report, ports, builtTwice: report.timings.buildB !== undefined }
}

/** A context that no other run has, with one file `page`. */
export function uniqueContext(folder: string, ...lines: string[]): string {
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'Dockerfile'), `${[`FROM ${baseImage}`, ...lines].join('\n')}\n`)
  writeFileSync(join(folder, 'page'), randomUUID())
  return folder
}

/** A proof of the last three seconds spares nothing: both builds might have written the same time. */
export const ripe = () => setTimeout(gapMs + 100)

/** Entries of a ledger that is a folder: `proof` or `last`. */
export const keysIn = (ledger: string, kind: string): string[] =>
  readdirSync(ledger).filter(key => key.includes(`-${kind}-`))
