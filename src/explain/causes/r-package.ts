import type { Cause, Recognition, Subject } from '../cause.ts'
import { contentDiffers, textsOf } from '../content.ts'
import type { Rewrite } from '../rewrite.ts'
import { excerpt } from '../values/excerpt.ts'
import { maskTimes } from './build-time.ts'

/** When an R package was packed and installed: in its DESCRIPTION, and the copy of it in Meta/package.rds. */
export const rPackage: Cause = {
  id: 'r-package',
  recognise: subject => description(subject) ?? metadata(subject),
  describe: ({ recognitions }) => ({
    title: 'An R package notes when it was built',
    message: `R writes ${recognitions.some(({ variant }) => variant === 'packaged') ? '`Packaged:` (R CMD build) and ' : ''}\`Built:\` (R CMD INSTALL, install.packages) with the time and the user into DESCRIPTION and into Meta/package.rds of every package that it installs.`,
    remedy: {
      text: 'Give R the time: `R CMD INSTALL --built-timestamp="$(date -u -d @$SOURCE_DATE_EPOCH "+%F %T UTC")"`, or `install.packages(…, INSTALL_opts = "--built-timestamp=…")`. Install from the folder instead of from `R CMD build`, which adds `Packaged:`; or install binary packages, which bring both.',
      needsEpoch: true,
      rewrite: withTimestamp,
    },
  }),
}

const withTimestamp: Rewrite = (text, instruction) => {
  if (instruction.keyword !== 'RUN' || instruction.json !== null || instruction.heredocs.length > 0) return null
  // What is installed from its folder has no `Packaged:`.
  const direct = text.replace(
    /\bR CMD build (?:--\S+ )*([\w./-]+) && (R CMD INSTALL (?:--\S+ )*)(?:[\w./-]*\/)?[\w.]+_[\w.-]+\.tar\.gz(?![^\s;&|)])/g,
    '$2$1',
  )
  const call = /\bR CMD INSTALL (?![^\n;&|]*--built-timestamp)/g
  if (!call.test(direct)) return null
  return direct.replace(call, 'R CMD INSTALL --built-timestamp="$(date -u -d "@$SOURCE_DATE_EPOCH" "+%F %T UTC")" ')
}

function description({ entry, clock }: Subject): Recognition | null {
  const texts = /(?:^|\/)DESCRIPTION$/.test(entry.path) && contentDiffers(entry) ? textsOf(entry) : null
  if (!texts || !/^Package: /m.test(texts.a)) return null
  const masked = maskTimes(texts.a, texts.b, clock)
  const [a, b] = [texts.a.split('\n'), texts.b.split('\n')]
  const lines = a.flatMap((line, index) => (line === b[index] ? [] : [{ a: line, b: b[index] ?? '' }]))
  const first = lines[0]
  if (masked.a !== masked.b || !first || !lines.every(line => /^(?:Built|Packaged|Date\/Publication): /.test(line.a)))
    return null
  return {
    confidence: 'certain',
    variant: lines.some(line => line.a.startsWith('Packaged:')) ? 'packaged' : 'built',
    evidence: lines.slice(0, 3).map(line => ({
      what: `field ${excerpt(line.a.slice(0, line.a.indexOf(':')))} of DESCRIPTION`,
      path: entry.path,
      a: excerpt(line.a),
      b: excerpt(line.b),
    })),
  }
}

/** Meta/package.rds repeats DESCRIPTION. */
function metadata({ entry, layer }: Subject): Recognition | null {
  const source = entry.path.replace(/Meta\/package\.rds$/, 'DESCRIPTION')
  if (source === entry.path || !contentDiffers(entry) || !layer.byPath.has(source)) return null
  return {
    confidence: 'certain',
    follows: source,
    evidence: [{ what: `R's copy of ${source}, which differs too`, path: entry.path }],
  }
}
