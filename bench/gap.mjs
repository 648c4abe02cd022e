// How long after side A side B should begin on a second builder: a RUN that ends on both in the same two seconds, or in which
// B overtakes A, costs a third build. A model: builders and steps of which some are quicker, by chance.
//   node bench/gap.mjs [--gaps 2.5,3,3.5,4,5,6,8,12]
// Tells for each gap how often there is a third build, and the mean time of all builds as a multiple of one.
import { parseArgs } from 'node:util'

const { values } = parseArgs({ options: { gaps: { type: 'string', default: '2.5,3,3.5,4,5,6,8,12' } } })
const rounds = 20_000
const near = 2
/** Seconds of COPYs, of the export, and of programs that start. */
const otherwise = 3
/** Seconds that each RUN takes. */
const images = {
  typical: [9, 0.5],
  medium: [12, 0.4],
  '30 s': [15, 10, 5],
  '1 min': [30, 20, 10],
  '5 min': [60, 180, 60],
}
/** By how much builders and steps of them are quicker or slower: standard deviations. */
const chances = [
  [0.03, 0.03],
  [0.08, 0.05],
  [0.2, 0.1],
]

const normal = () => Math.sqrt(-2 * Math.log(1 - Math.random())) * Math.cos(2 * Math.PI * Math.random())
const varied = deviation => Math.exp(normal() * deviation)

/** Whether a RUN of both sides begins or ends in the same moment, or B overtakes A in one. */
function meets(runs, gap, [ofBuilder, ofStep]) {
  const other = varied(ofBuilder)
  let [a, b] = [0, gap]
  return runs.some(run => {
    const [began, ahead] = [Math.abs(a - b) < near, a < b]
    a += run * varied(ofStep)
    b += run * other * varied(ofStep)
    return began || Math.abs(a - b) < near || ahead !== a < b
  })
}

console.log('| Image | RUNs | Builders, steps vary by | ', values.gaps.replaceAll(',', ' s | '), 's |')
for (const [name, runs] of Object.entries(images))
  for (const chance of chances) {
    const all = runs.reduce((sum, run) => sum + run, otherwise)
    const told = values.gaps.split(',').map(gap => {
      let thirds = 0
      for (let round = 0; round < rounds; round += 1) thirds += meets(runs, Number(gap), chance)
      const part = thirds / rounds
      return `${Math.round(part * 100)} %, ${(1 + Number(gap) / all + part).toFixed(2)}`
    })
    const by = chance.map(deviation => `${deviation * 100} %`).join(', ')
    console.log(`| ${[name, runs.length, by, ...told].join(' | ')} |`)
  }
