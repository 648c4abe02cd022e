// What samples say: by how much, how surely, and how time grows. Pure.

/** To pass takes so many blocks, to fail twice as many; whoever is not decided after four times as many stays unsure. */
export const usualBlocks = 4

const certain = 0.95

/**
 * How the ratios of blocks stand to a budget.
 * @param ratios now to baseline, one of each ABBA block
 * @param budget the ratio that may be
 * @param least blocks to pass
 * @returns `sure`: in how many of all resampled medians the budget is exceeded; `state`: `open` asks for another block
 */
export function judged(ratios, budget, least = usualBlocks) {
  const medians = resampledMedians(ratios)
  const sure = medians.filter(one => one > budget).length / medians.length
  const at = share => medians[Math.min(medians.length - 1, Math.floor(share * medians.length))]
  const told = { median: median(ratios), low: at(0.05), high: at(0.95), sure, blocks: ratios.length }
  const isOver = sure >= certain
  const isWithin = sure <= 1 - certain
  if (isWithin && ratios.length >= least) return { ...told, state: 'within' }
  if (isOver && ratios.length >= 2 * least) return { ...told, state: 'over' }
  return { ...told, state: ratios.length >= 4 * least ? 'unsure' : 'open' }
}

/** Middle value. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

/** Medians of two thousand samples drawn from the values, sorted: the same for the same values. */
function resampledMedians(values) {
  let state = 12345
  const chance = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  const drawn = () => median(values.map(() => values[Math.floor(chance() * values.length)]))
  return Array.from({ length: 2000 }, drawn).sort((a, b) => a - b)
}

/**
 * The exponent of growth: of a straight line through the logarithms of size and cost. 1 is linear, 2 quadratic.
 * @param points size and cost, the cost that does not depend on the size taken off; what is nothing then counts as next to nothing
 */
export function exponentOf(points) {
  const logs = points.map(({ size, cost }) => [Math.log(size), Math.log(Math.max(cost, 1e-3))])
  const mean = at => logs.reduce((sum, one) => sum + one[at], 0) / logs.length
  const [x, y] = [mean(0), mean(1)]
  const over = logs.reduce((sum, [a, b]) => sum + (a - x) * (b - y), 0)
  return over / logs.reduce((sum, [a]) => sum + (a - x) ** 2, 0)
}
