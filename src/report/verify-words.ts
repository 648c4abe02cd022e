import type { Scope } from '../verdict.ts'
import { utc } from './words.ts'

type Kind = Exclude<NonNullable<Scope['against']>['kind'], 'records'>

const proven: Record<Kind, string> = {
  record: 'a record of another build, whose inputs were the same part by part',
  image: 'a published image',
  digest: 'a digest',
}

const unproven: Record<Kind, string> = {
  record:
    'that whoever wrote the record built it elsewhere or on another day: the record does not say, and it is only as good as the place it comes from',
  image: 'whether the published image was made of the same inputs, where and when',
  digest: 'whether the image of that digest was made of the same inputs, where and when',
}

/** The same of two records, which tell of two builds. */
const ofRecords = {
  covers: 'two records, of two builds whose inputs were the same part by part; nothing was built',
  omits:
    'that the two were built on different machines or days: records do not say, and they are only as good as the places they come from; another day, when a tag, a mirror or a package index has moved',
}

/** What the verdict on one build covers that was held against something made before or elsewhere, and what it does not. */
export function verifiedWords({ against, platforms, epoch }: Scope): { covers: string; omits: string } {
  const kind = against?.kind ?? 'digest'
  if (kind === 'records')
    return { covers: [ofRecords.covers, ...platforms.slice(0, 20)].join('; '), omits: ofRecords.omits }
  const covers = [
    `one build, made here and now, held against ${proven[kind]} (${against?.name ?? ''})`,
    ...(platforms.length > 0 ? [platforms.join(', ')] : []),
    ...(epoch
      ? [`file times set to ${utc(epoch.seconds)} (SOURCE_DATE_EPOCH ${epoch.seconds}, from ${epoch.from})`]
      : []),
  ]
  const omits = [
    unproven[kind],
    'another day, when a tag, a mirror or a package index has moved',
    'what was not varied on purpose',
  ]
  return { covers: covers.join('; '), omits: omits.join('; ') }
}
