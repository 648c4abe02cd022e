import { mkdirSync, readlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from '@jest/globals'
import { withFreshFolders } from '../../src/build/fresh-folder.ts'
import type { SidePlan } from '../../src/build/plan.ts'
import { tempFolder } from './ports.ts'

const planOf = (context: string, ...args: string[]): SidePlan => ({ context, args }) as unknown as SidePlan

test('folders go by a name of this run, the same one for all its builds', async () => {
  const [here, place, elsewhere] = [tempFolder(), tempFolder(), tempFolder()]
  const [app, other] = [join(here, 'app'), join(here, 'other')]
  for (const folder of [app, other]) mkdirSync(folder)
  const plan = { ...planOf(app, '--build-context', `x=${other}`), linked: { base: planOf(other) } }
  const first = await withFreshFolders(plan, place, 'run 1')
  expect(dirname(first.context)).toBe(place)
  expect(readlinkSync(first.context)).toBe(app)
  expect(readlinkSync((first.args[1] as string).slice(2))).toBe(other)
  expect(first.linked?.base?.context).toBe((first.args[1] as string).slice(2))
  expect(await withFreshFolders(plan, place, 'run 1')).toEqual(first)
  const later = await withFreshFolders(plan, elsewhere, 'run 1')
  const second = await withFreshFolders(plan, place, 'run 2')
  // The builder goes by the last part alone.
  const last = (path: string): string | undefined => path.split('/').at(-1)
  expect(last(later.context)).toBe(last(first.context))
  expect(last(second.context)).not.toBe(last(first.context))
})

test('what is no folder of this machine stays what it is', async () => {
  const plan = planOf(
    'https://github.com/o/r.git#main',
    ...['--build-context', 'a=docker-image://debian:12', '--build-context', 'b=oci-layout:///x', '--label', '.=.'],
    ...['--build-arg', `d=${tempFolder()}`],
  )
  expect(await withFreshFolders(plan, tempFolder(), 'run')).toEqual(plan)
  expect(await withFreshFolders(planOf('-'), tempFolder(), 'run')).toEqual(planOf('-'))
})
