import type { ProgressEvent } from './progress.ts'

/** A progress event as a line of BuildKit's plain progress: `#5 [2/4] RUN make`, `#5 0.412 cc -c a.c`, `#5 DONE 3.1s`. */
export function narrate(event: ProgressEvent): string {
  switch (event.kind) {
    case 'started':
      return `#${event.number} ${event.name.replace(/\s*\n\s*/g, ' ')}`
    case 'log':
      return `#${event.number} ${event.seconds.toFixed(3)} ${event.text}`
    case 'status':
      return `#${event.number} ${event.text} ${event.seconds.toFixed(1)}s`
    case 'ended':
      if (event.error !== null) return `#${event.number} ERROR: ${event.error}`
      return event.cached ? `#${event.number} CACHED` : `#${event.number} DONE ${event.seconds.toFixed(1)}s`
    case 'text':
      return event.text
  }
}
