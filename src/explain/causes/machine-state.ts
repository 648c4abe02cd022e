import type { Recognition, Subject } from '../cause.ts'
import { contentDiffers, textsOf } from '../content.ts'
import { excerpt } from '../values/excerpt.ts'
import type { Clock } from '../values/time.ts'

/** A view of the machine: what prints it, how it begins, and the form of each line where nothing else can be in it. */
interface View {
  by: string
  begins: RegExp
  line?: RegExp
}

const views: View[] = [
  { by: '/proc/meminfo', begins: /^MemTotal:\s{1,20}\d/, line: /^\w[\w()]{0,40}:\s{1,20}\d{1,20}(?: kB)?$/ },
  {
    by: '/proc/loadavg',
    begins: /^\d{1,5}\.\d\d \d{1,5}\.\d\d \d{1,5}\.\d\d \d{1,7}\/\d{1,7} \d{1,7}\n$/,
    line: /^[\d./ ]{1,80}$/,
  },
  { by: '/proc/stat', begins: /^cpu {2}\d{1,20} \d/, line: /^[a-z_]{2,20}\d{0,5}(?: {1,2}\d{1,20}){1,20000}$/ },
  {
    by: '/proc/PID/stat',
    begins: /^\d{1,10} \([^\n]{1,64}\) [RSDZTtXI] -?\d/,
    line: /^\d{1,10} \([^\n]{1,64}\) [A-Za-z](?: -?\d{1,20}){20,60}$/,
  },
  { by: '/proc/PID/status', begins: /^Name:\t[^\n]{1,64}\n(?:Umask|State):\t/, line: /^\w{2,40}:[ \t][^\n]{0,500}$/ },
  {
    by: '/proc/PID/maps',
    begins: /^[0-9a-f]{4,16}-[0-9a-f]{4,16} [r-][w-][x-][ps] [0-9a-f]{8,16} /,
    line: /^(?:[0-9a-f]{4,16}-[0-9a-f]{4,16} [r-][w-][x-][ps] [0-9a-f]{8,16} [^\n]{1,4200}|\w{2,40}: [^\n]{0,200})$/,
  },
  { by: '/proc/net/dev', begins: /^Inter-\|\s{1,5}Receive/ },
  { by: '/proc/interrupts', begins: /^ {1,20}CPU0\s/ },
  { by: 'free', begins: /^ {1,30}total {1,20}used {1,20}free {1,20}shared/ },
  { by: 'vmstat', begins: /^procs -{1,20}memory-/ },
  { by: 'ps', begins: /^(?:USER|UID) {1,20}PID {1,20}(?:%CPU|PPID)|^ {0,10}PID TTY {1,20}(?:STAT )?/ },
  { by: 'top', begins: /^top - \d\d:\d\d:\d\d up / },
  { by: 'uptime or w', begins: /^ \d\d:\d\d:\d\d up [^\n]{1,80}load average: / },
  { by: 'df', begins: /^Filesystem {1,200}(?:1K-blocks|1M-blocks|1024-blocks|Size|Inodes) / },
]

/** What a process saw of the machine: memory, load, processes, discs; each time it looks it is something else. */
export function machineState({ entry, clock }: Subject): Recognition | null {
  const texts = contentDiffers(entry) ? textsOf(entry) : null
  if (!texts || texts.a.length > 200_000 || texts.b.length > 200_000) return null
  const view = views.find(({ begins }) => begins.test(texts.a) && begins.test(texts.b)) ?? uptime(texts, clock)
  const [a, b] = [texts.a.split('\n'), texts.b.split('\n')]
  // Another amount of memory is another machine's.
  if (!view || (view.by === '/proc/meminfo' && a[0] !== b[0])) return null
  const { line } = view
  const whole = line !== undefined && [a, b].every(lines => lines.every(one => one === '' || line.test(one)))
  const at = a.findIndex((one, index) => one !== b[index])
  return {
    confidence: whole ? 'certain' : 'likely',
    variant: 'state',
    evidence: [
      {
        what: `the output of ${view.by}; line ${at + 1}`,
        path: entry.path,
        a: excerpt(a[at] ?? '(no such line)'),
        b: excerpt(b[at] ?? '(no such line)'),
      },
    ],
  }
}

/** Two numbers alone say little; that the first has grown by what lies between the two builds says what it is. */
function uptime({ a, b }: { a: string; b: string }, clock: Clock): View | null {
  const form = /^(\d{1,10}\.\d\d) \d{1,12}\.\d\d\n$/
  const [p, q] = [form.exec(a)?.[1], form.exec(b)?.[1]]
  if (p === undefined || q === undefined) return null
  const passed = (Number(q) - Number(p)) * 1000
  const [least, most] = [clock.b.startedAt - clock.a.endedAt, clock.b.endedAt - clock.a.startedAt]
  return passed >= least && passed <= most && passed > 0
    ? { by: '/proc/uptime', begins: form, line: /^[\d. ]+$/ }
    : null
}
