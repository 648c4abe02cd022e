import type { Location } from '../finding.ts'
import { type CheckState, checklist } from './checklist.ts'
import type { Paint } from './paint.ts'
import type { Report } from './report.ts'
import { visible } from './visible.ts'
import { counted, placed } from './words.ts'

const states: Record<CheckState, { word: string; colour: 'green' | 'cyan' | 'red' | 'dim' }> = {
  pass: { word: 'pass', colour: 'green' },
  note: { word: 'note', colour: 'cyan' },
  fail: { word: 'fail', colour: 'red' },
  none: { word: 'not applicable', colour: 'dim' },
  unchecked: { word: 'not checked', colour: 'dim' },
}
const width = Math.max(...Object.values(states).map(({ word }) => word.length))

/** The checklist, one point a line, each with its places. */
export function checklistLines(report: Report, paint: Paint): string[] {
  const lines = checklist(report).map(({ name, state, count, ignored, places, more, remark }) => {
    const { word, colour } = states[state]
    const where = `${placesIn(report, places)}${more ? ' …' : ''}`
    const said = count > 0 ? counted(count, 'finding') : remark
    const placedIt = where === '' ? said : `${said}${state === 'unchecked' ? ':' : ' at'} ${where}`
    const tail = `${placedIt}${ignored > 0 ? ` (${ignored} ignored)` : ''}`
    return `  ${paint[colour](word.padEnd(width))}  ${name}${tail === '' ? '' : paint.dim(`: ${tail}`)}`
  })
  return [paint.bold('Checklist'), ...lines]
}

/** Of a single file the lines say it all. */
function placesIn({ subject: { files } }: Report, places: readonly Location[]): string {
  const inOne = files.length === 1 && places.every(({ file }) => file === files[0])
  if (places.length === 0 || !inOne) return places.map(at => visible(ending(placed(at)))).join(', ')
  const lines = places.map(({ line }) => line)
  return `line${places.length > 1 ? 's' : ''} ${lines.join(', ')}`
}

/** The end of a long path says more than its start. */
const ending = (place: string, max = 80): string => (place.length > max ? `…${place.slice(1 - max)}` : place)
