/** A terminal, as far as progress needs it. */
export interface Screen {
  write: (text: string) => void
  columns: () => number
  /** Milliseconds. */
  now: () => number
}

/** What is under way, on one line that is written over; what is done, on lines that stay. */
export interface LiveProgress {
  /** A line of ours: it stays. */
  own: (line: string) => void
  /** A line of BuildKit's plain progress, already harmless: `#5 [2/4] RUN make`, `#5 0.412 cc -c a.c`, `#5 DONE 3.1s`. */
  build: (line: string) => void
  /** A phase begins; the function ends it. */
  phase: (title: string) => () => void
  /** Takes the line away. */
  clear: () => void
}

interface Running {
  name: string
  since: number
  /** What it printed last. */
  said: string
}

/** Redrawn no more often than this, in milliseconds: a build may print a thousand lines a second. */
const often = 100

export function liveProgress(screen: Screen, dim: (text: string) => string): LiveProgress {
  const steps = new Map<string, Running>()
  /** What BuildKit still tells of, as how much was transferred, after the end. */
  const over = new Set<string>()
  const phases: Running[] = []
  let drawn = false
  let last = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout | undefined

  const clear = (): void => {
    if (drawn) screen.write('\r\u001b[2K')
    drawn = false
  }
  const own = (line: string): void => {
    clear()
    screen.write(`${line}\n`)
  }
  const draw = (): void => {
    last = screen.now()
    const running = [...steps.values()].at(-1) ?? phases.at(-1)
    clear()
    if (running === undefined) return
    const more = steps.size > 1 ? ` (and ${steps.size - 1} more)` : ''
    const seconds = Math.floor((last - running.since) / 1000)
    const said = running.said === '' ? '' : ` │ ${running.said}`
    screen.write(
      dim(fitting(`${String(seconds).padStart(5)} s  ${brief(running.name)}${more}${said}`, screen.columns() - 1)),
    )
    drawn = true
  }
  /** Seconds go on while a step is silent. */
  const keepDrawn = (): void => {
    const isBusy = steps.size > 0 || phases.length > 0
    if (!isBusy) {
      clearInterval(timer)
      timer = undefined
      clear()
      return
    }
    timer ??= setInterval(draw, 1000).unref()
    if (screen.now() - last >= often) draw()
  }

  return {
    own,
    clear,
    build: line => {
      const [, side = '', number = '', rest = ''] = /^((?:[^#]{1,80}: )?)#(\d+) (.*)$/s.exec(line) ?? []
      if (number === '') return own(dim(fitting(line, screen.columns() * 4)))
      const key = `${side}${number}`
      const step = steps.get(key)
      const [, how = '', what = ''] = /^(DONE|CACHED|ERROR)[: ]*(.*)$/s.exec(rest) ?? []
      if (step === undefined && over.has(key) && !rest.startsWith('[')) return
      if (how !== '') {
        steps.delete(key)
        over.add(key)
        if (how === 'ERROR') own(fitting(line, screen.columns() * 4))
        else if (step !== undefined && !/^\[internal\]/.test(step.name))
          own(dim(ended(side, step.name, how, what, screen.columns() - 1)))
      } else if (step === undefined) steps.set(key, { name: `${side}${rest}`, since: screen.now(), said: '' })
      else step.said = rest.replace(/^\d+\.\d+ /, '').trim()
      keepDrawn()
    },
    phase: title => {
      // Another build counts from one again.
      over.clear()
      const phase = { name: title, since: screen.now(), said: '' }
      phases.push(phase)
      keepDrawn()
      return () => {
        phases.splice(phases.indexOf(phase), 1)
        keepDrawn()
      }
    },
  }
}

/** A step that is done, its time first, as they stand in a column. */
const ended = (side: string, name: string, how: string, took: string, columns: number): string => {
  const time = how === 'CACHED' ? 'cached' : took.replace(/s$/, ' s')
  return fitting(`${time.padStart(8)}  ${name.startsWith(side) ? name : `${side}${name}`}`, columns)
}

/** Beside what a step says, the beginning of its name is enough. */
const brief = (name: string): string => (name.length > 40 ? `${name.slice(0, 39)}…` : name)

/** No wider than a line: wide characters take two places. */
function fitting(text: string, columns: number): string {
  let taken = 0
  let fits = ''
  for (const character of text.replaceAll('\n', ' ').replaceAll('\t', ' ')) {
    taken += widthOf(character)
    if (taken > columns - 1) return `${fits}…`
    fits += character
  }
  return fits
}

/** Of scripts and signs that are drawn in two places; rather one too many than one too few. */
function widthOf(character: string): 1 | 2 {
  const code = character.codePointAt(0) ?? 0
  return code >= 0x2600 || (code >= 0x1100 && code <= 0x115f) ? 2 : 1
}
