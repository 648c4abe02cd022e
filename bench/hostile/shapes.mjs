// Images that lie, are broken, or are made to cost much, each beside an honest one.
import { archives } from './archives.mjs'
import { indexes, json } from './indexes.mjs'
import { inside } from './inside.mjs'
import { costly, large } from './large.mjs'
import { monotony } from './monotony.mjs'
import { kinds, places } from './places.mjs'
import { readers } from './readers.mjs'
import { spellings } from './spellings.mjs'
import { blobs } from './stored.mjs'
import { largeStreams, streams } from './streams.mjs'
import { tars } from './tars.mjs'
import { truths } from './truths.mjs'
import { unpacking } from './unpacking.mjs'
import { views } from './views.mjs'

export const groups = {
  blobs,
  indexes,
  json,
  kinds,
  places,
  archives,
  tars,
  truths,
  readers,
  unpacking,
  streams,
  spellings,
  views,
  inside,
  monotony,
  costly,
}
export const largeShapes = { ...large, ...largeStreams }
