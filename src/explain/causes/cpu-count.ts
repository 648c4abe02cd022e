import type { Cause, Recognition, Subject } from '../cause.ts'
import { contentDiffers, textsOf } from '../content.ts'
import { excerpt } from '../values/excerpt.ts'
import { mask } from '../values/time.ts'

/** How many processors and how much memory the machine has that builds. */
export const cpuCount: Cause = {
  id: 'cpu-count',
  recognise: ({ entry }: Subject): Recognition | null => {
    const texts = contentDiffers(entry) ? textsOf(entry) : null
    return texts ? namedNumber(texts, entry.path) : null
  },
  describe: ({ subjects, recognitions }) => {
    const memory = recognitions.length > 0 && recognitions.every(({ variant }) => variant === 'memory')
    return {
      title: memory
        ? 'The memory of the build machine is written into a file'
        : 'The number of processors of the build machine is written into a file',
      class: 'machine',
      message: `${subjects.length === 1 ? 'A file holds' : `${subjects.length} files hold`} ${memory ? 'how much memory' : 'how many processors'} the machine has that built the image. On another machine the same commit gives another image; and it is not the machine that the container will run on.`,
      remedy: {
        text: memory
          ? 'Write a constant, or work the number out when the container starts.'
          : 'Write a constant, or work the number out when the container starts (`nproc` in the entrypoint, `worker_processes auto` for nginx). To compile with all processors is no harm: `make -j"$(nproc)"` leaves no number behind.',
      },
    }
  },
}

const memoryLine =
  /^((?:Mem|Swap)(?:Total|Free|Available|Cached)|Buffers|Cached|Active|Inactive|Mem|Swap):?[ \t]+\d{1,15}/gm
const processorLine =
  /\b((?:n_?proc(?:essor)?s?|n_?cpus?|(?:num|number)_?(?:of_?)?(?:cpus?|cores?|processors?)|(?:cpu|core|processor)s?_?(?:count|num(?:ber)?)?|cpu MHz|bogomips|siblings|CPU\(s\))["']?[ \t]*[:=][ \t]*["']?)\d{1,5}(?:\.\d{1,4})?/gi

/** A number behind a name that means the machine's processors or memory, and nothing else differs. */
function namedNumber({ a, b }: { a: string; b: string }, path: string): Recognition | null {
  for (const [pattern, variant] of [
    [memoryLine, 'memory'],
    [processorLine, 'processors'],
  ] as const) {
    if (a.replace(pattern, `$1${mask}`) !== b.replace(pattern, `$1${mask}`)) continue
    const [inA, inB] = [a.match(pattern) ?? [], b.match(pattern) ?? []]
    const at = inA.findIndex((found, index) => found !== inB[index])
    if (at < 0) continue
    return {
      confidence: 'likely',
      variant,
      evidence: [
        {
          what: variant === 'memory' ? 'a number for memory, by its name' : 'a number of processors, by its name',
          path,
          a: excerpt(inA[at] ?? ''),
          b: excerpt(inB[at] ?? ''),
        },
      ],
    }
  }
  return null
}
