import { recordImage } from '../../src/commands/record.ts'
import { verify } from '../../src/commands/verify.ts'
import { createExec } from '../../src/host/exec.ts'
import { createMasking } from '../../src/host/masking.ts'
import { checkOptions, type Given } from '../../src/options/options.ts'
import type { RecordReport } from '../../src/report/record-report.ts'
import type { Report } from '../../src/report/report.ts'
import { portsWith } from '../build/ports.ts'
import { engineEnvironment } from './engine.ts'

export const common: Given = {
  ...{ 'source-date-epoch': ['1700000000'], config: ['none'] },
  ...(process.env.REPRO_GATE_RUN_NETWORK ? { network: [process.env.REPRO_GATE_RUN_NETWORK] } : {}),
}
export const portsHere = () => {
  const env = engineEnvironment()
  return portsWith(createExec(env), { env, masking: createMasking() })
}

/** Records in this process, as its sources are now. */
export const record = (given: Given): Promise<RecordReport> =>
  recordImage(checkOptions('record', { ...common, ...given }), portsHere(), { version: 'test' })

export const verified = (given: Given): Promise<Report> =>
  verify(checkOptions('verify', { ...common, ...given }), portsHere(), { version: 'test' })
