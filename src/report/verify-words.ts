import type { Scope } from '../verdict.ts'
import { utc } from './words.ts'

type Against = NonNullable<Scope['against']>

const proven: Record<Exclude<Against['kind'], 'records'>, string> = {
  record: 'a record of another build',
  image: 'a published image',
  digest: 'a digest',
  ledger: 'a proof of the ledger',
}

/** What the builds were given. */
const inputWords: Record<NonNullable<Against['inputs']>, string> = {
  same: ', whose inputs were the same part by part, as it tells them',
  'partly-known': ', whose inputs were the same as far as they are known (see the notes)',
  differ: ', whose inputs were others',
}

const unproven: typeof proven = {
  record:
    'that whoever wrote the record built it elsewhere or on another day, or built at all: the record does not say, and it is only as good as the place it comes from',
  image: 'whether the published image was made of the same inputs, where and when',
  digest: 'whether the image of that digest was made of the same inputs, where and when',
  ledger:
    'whether the ledger tells the truth: it is as good as whoever may write it, and whether that was another machine',
}

/** The same of records, each of which tells of a build. */
const ofRecords = (inputs: string, records = 2): { covers: string; omits: string } => ({
  covers: `${records === 2 ? 'two records' : `${records} records, on each platform the first against each other one`}${inputs}; nothing was built`,
  omits: `that there were ${records === 2 ? 'two' : records} builds, on different machines or days: records do not say, a copy of one looks like another, and they are only as good as the places they come from; another day, when a tag, a mirror or a package index has moved`,
})

/** What the verdict on one build covers that was held against something made before or elsewhere, and what it does not. */
export function verifiedWords({ against, platforms, epoch }: Scope): { covers: string; omits: string } {
  const kind = against?.kind ?? 'digest'
  const inputs = against?.inputs ? inputWords[against.inputs] : ''
  if (kind === 'records') {
    const { covers, omits } = ofRecords(
      inputs.replace(', whose', ', of builds whose').replace('as it tells', 'as they tell'),
      against?.records,
    )
    return { covers: [covers, ...platforms.slice(0, 20)].join('; '), omits }
  }
  const covers = [
    `one build, made here and now, held against ${proven[kind]} (${against?.name ?? ''})${inputs}`,
    ...(platforms.length > 0 ? [platforms.join(', ')] : []),
    ...(epoch
      ? [`file times set to ${utc(epoch.seconds)} (SOURCE_DATE_EPOCH ${epoch.seconds}, from ${epoch.from})`]
      : []),
  ]
  const omits = [
    unproven[kind],
    'another day, when a tag, a mirror or a package index has moved',
    'what this build and that one happened to have in common (a machine, its CPUs, umask, clock, network): nothing was varied on purpose',
  ]
  return { covers: covers.join('; '), omits: omits.join('; ') }
}
