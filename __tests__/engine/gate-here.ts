import { gate } from '../../src/gate.ts'
import { createExec } from '../../src/host/exec.ts'
import { checkOptions, type Given } from '../../src/options/options.ts'
import type { Ports } from '../../src/ports.ts'
import type { Report } from '../../src/report/report.ts'
import { portsWith } from '../build/ports.ts'
import { engineEnvironment } from './engine.ts'

/** Runs the gate in this process, as its sources are now; what its builds printed is in `logged`. */
export async function gateHere(
  given: Given,
  more: Partial<Ports> = {},
): Promise<{ report: Report; logged: string[]; ports: Ports }> {
  const env = { ...engineEnvironment(), ...more.env }
  const ports = portsWith(createExec(env), { ...more, env })
  const network = process.env.REPRO_GATE_RUN_NETWORK
  const options = checkOptions('gate', {
    ...{ 'source-date-epoch': ['1700000000'], 'docker-check': ['never'], variations: ['none'], config: ['none'] },
    ...(network ? { network: [network] } : {}),
    ...given,
  })
  const report = await gate(options, ports, { version: 'test' })
  // The logs of a terminal and of a runner hide what must not be shown; this one keeps all.
  return { report, logged: ports.logged.map(ports.masking.text), ports }
}
