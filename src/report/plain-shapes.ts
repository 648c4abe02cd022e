import { list, matching, text } from '../shape.ts'

/** What fields of a report have in common, whatever they tell of. */
export const name = text(4096)
export const texts = list(text(), 10_000)
/** Empty where there is none. */
export const digest = matching(/^(?:[a-z0-9]+(?:[+._-][a-z0-9]+)*:[0-9a-f]{32,128})?$/, 'a digest')
