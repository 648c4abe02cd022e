// The report of the budget, as Markdown, and in words what is over it. Pure.

const percent = ratio => `${ratio >= 1 ? '+' : '−'}${Math.abs((ratio - 1) * 100).toFixed(1)} %`
const kindWords = { cpu: 'processor seconds', peak: 'peak memory', seconds: 'seconds outside of builds' }
const unitOf = { cpu: ' s', peak: ' MiB', seconds: ' s' }
const figure = (kind, value) =>
  `${kind === 'peak' ? value.toFixed(0) : value.toFixed(value < 1 ? 3 : 2)}${unitOf[kind]}`

/** Each a sentence: which, how much, how sure, and what to do. */
export const excesses = ({ compared, limits, growths }) => [
  ...compared
    .filter(({ state }) => state === 'over')
    .map(
      one =>
        `${one.what}: ${kindWords[one.kind]} went from ${figure(one.kind, one.base)} to ${figure(one.kind, one.now)}, which is ${percent(one.median)} (90 % of it between ${percent(one.low)} and ${percent(one.high)}); ${percent(one.budget)} is allowed. ${one.blocks} blocks of four runs, in which the two took turns; ${(one.sure * 100).toFixed(0)} % sure that it is over. Find it with node --cpu-prof, or raise the budget in bench/budget/measures.mjs and say why.`,
    ),
  ...limits
    .filter(({ most, ratio }) => most !== undefined && ratio > most)
    .map(
      ({ what, name, ratio, most }) =>
        `${what}: takes ${ratio.toFixed(2)} times the processor seconds of its limit (${name}); ${most} times is allowed.`,
    ),
  ...growths
    .filter(({ exponent, most }) => exponent > most)
    .map(
      one =>
        `Time does not grow as ${one.what} do: ${one.points.map(({ size, cpu }) => `${size.toLocaleString('en')} take ${cpu.toFixed(2)} s`).join(', ')}. That is size to the power of ${one.exponent.toFixed(2)}; up to ${one.most} passes for linear. Twice the size may take ${(2 ** one.most).toFixed(1)} times as long, and takes ${(2 ** one.exponent).toFixed(1)} times.`,
    ),
  ...growths
    .filter(({ mostPeak, points }) => mostPeak !== undefined && points.some(({ peak }) => peak > mostPeak))
    .map(
      ({ what, mostPeak, points }) =>
        `Memory grows with ${what}: ${Math.max(...points.map(({ peak }) => peak)).toFixed(0)} MiB, and ${mostPeak} MiB is the most.`,
    ),
]

/** The whole report. */
export function pageOf(result) {
  const { compared, limits, growths, missing, peers, about, minutes } = result
  const over = excesses(result)
  const unsure = compared.filter(({ state }) => state === 'unsure')
  return `# Performance budget

${over.length === 0 ? '**Within the budget.**' : `**Over the budget: ${over.length === 1 ? 'one thing' : `${over.length} things`}.**`}

${over.map(text => `- ${text}\n`).join('')}
Made by \`node bench/budget.mjs\` in ${minutes} minutes: ${about.now} beside the baseline ${about.base}.
${about.machine}. What counts are ratios: both took turns in blocks of four runs (baseline, now, now, baseline), and the ratio is the median of those of the blocks.

## Beside the baseline

| What | | Baseline | Now | Change | 90 % of it between | Allowed | Blocks | |
|---|---|--:|--:|--:|---|--:|--:|---|
${compared.map(compareRow).join('\n')}
${unsure.length > 0 ? `\nUnsure: near the budget, and ${unsure[0].blocks} blocks did not decide on which side of it. That does not fail.\n` : ''}
## Beside the limit

Processor seconds of \`compare\`, start-up and explaining included, by those of reading the same bytes with nothing done to them.

| What | Limit | Limit takes | compare takes | Times | MB/s | Allowed |
|---|---|--:|--:|--:|--:|--:|
${limits.map(({ what, name, limit, cpu, ratio, most, rate }) => `| ${what} | ${name} | ${limit.toFixed(2)} s | ${cpu.toFixed(2)} s | ${ratio.toFixed(2)} | ${rate} | ${most ?? '–'} |`).join('\n')}

MB/s: uncompressed megabytes of one side by processor seconds of comparing both.

## How it grows

Processor seconds of what is now for four sizes, each twice the one before; the exponent is that of size which fits them best, start-up taken off. Up to ${growths[0]?.most ?? ''} passes for linear.

| With | Sizes | Processor seconds | Peak MiB | Exponent |
|---|---|---|---|--:|
${growths.map(growthRow).join('\n')}
${peers === null ? '' : `\n## Beside others\n\n${peers}\n`}${missing.length === 0 ? '' : `\n## Left out\n\n${missing.map(text => `- ${text}\n`).join('')}`}`
}

function compareRow(one) {
  const said = { within: '', over: '**over**', unsure: 'unsure' }[one.state]
  const cells = [
    ...[one.what, kindWords[one.kind], figure(one.kind, one.base), figure(one.kind, one.now), percent(one.median)],
    ...[`${percent(one.low)} and ${percent(one.high)}`, percent(one.budget), one.blocks, said],
  ]
  return `| ${cells.join(' | ')} |`
}

function growthRow({ what, points, exponent, most }) {
  const list = (of, digits) => points.map(point => point[of].toFixed(digits)).join(', ')
  const sizes = points.map(({ size }) => size.toLocaleString('en')).join('; ')
  const said = exponent > most ? `**${exponent.toFixed(2)}**` : exponent.toFixed(2)
  return `| ${what} | ${sizes} | ${list('cpu', 2)} | ${list('peak', 0)} | ${said} |`
}
