/** What the text of an instruction says of where its results come from. */

const clock =
  /\bdate\b|\btimedatectl\b|\bhwclock\b|\btime\.(?:time|ctime|strftime|gmtime|localtime|monotonic|time_ns)|\bdatetime\b|\bnow\(|\bDate\.now\b|\bnew Date\b|\bstrftime\b|\bEPOCH(?:SECONDS|REALTIME)\b|\blocaltime\b|\bgmtime\b|\bcurrent_timestamp\b|\bTIMESTAMP\b|\bgit\b[^;&|\n]{0,200}\bcommit\b/
const chance =
  /\$\{?S?RANDOM\b|\bRANDOM\b|\bshuf\b|\bsort\s+(?:-\w*R|--random-sort)|\/dev\/u?random\b|\bmktemp\b|\buuidgen\b|\buuid\.uuid[14]\b|\buuidv?4\b|(?<!\bimport )\buuid\b(?!\.uuid[35]\b|\.NAMESPACE)|\brandom[./]\w+|\bMath\.random\b|\bcrypto\.random\w*|\brandomBytes\b|\bopenssl\s+(?:rand|passwd|gen\w+)\b|\bsecrets\.\w+|\bpwgen\b|\bmcookie\b|\brandom(?:blob)?\(|\brand\(\)|\bos\.urandom\b|\btoken_(?:hex|urlsafe|bytes)\b/

/** Whether the instruction itself reads the clock, as far as its text says. */
export const readsClock = (text: string): boolean => clock.test(text.slice(0, 100_000))

/** The source of chance that the text names (`$RANDOM`, `shuf`, `/dev/urandom`), or null. */
export const sourceOfChance = (text: string): string | null => chance.exec(text.slice(0, 100_000))?.[0] ?? null

/** The clock that the text names, or null. */
export const sourceOfTime = (text: string): string | null => clock.exec(text.slice(0, 100_000))?.[0] ?? null

const machine: readonly { variant: 'processors' | 'memory' | 'host' | 'kernel'; pattern: RegExp }[] = [
  {
    variant: 'processors',
    pattern:
      /\bnproc\b|\b_NPROCESSORS_(?:ONLN|CONF)\b|\/proc\/cpuinfo\b|\blscpu\b|\bcpu_count\(|\bos\.cpus\(|\bavailableParallelism\(|\bNumCPU\(|\bavailable_parallelism\b|\bavailableProcessors\(|\bsched_getaffinity\(|\bEtc\.nprocessors\b/,
  },
  {
    variant: 'memory',
    pattern:
      /\/proc\/meminfo\b|\bMemTotal\b|(?<![\w-])free\s+-\w|(?:^|\bRUN|[`(;&|])\s*free(?=\s*[;&|>)]|\s*$)|\btotalmem\(|\bvirtual_memory\(/,
  },
  {
    variant: 'host',
    pattern:
      /(?:^|\bRUN|[`(;&|])\s*hostname(?=[\s)`;|&>]|$)|\$\{?HOSTNAME\b|\buname\s+-n\b|\/etc\/hostname\b|\bgethostname\b|\bos\.hostname\(|\bhostnamectl\b|\bplatform\.node\(/,
  },
  { variant: 'kernel', pattern: /\buname\s+-\w*[arv]|\/proc\/version\b|\bplatform\.(?:release|platform|uname)\(/ },
]
/** To compile with all processors leaves no number behind. */
const jobs =
  /(?:-j|-T|-P|-p|-l|--jobs|--parallel|--threads|--max-procs)[ =]?["']?(?:\$\(|`)\s*(?:nproc|getconf _NPROCESSORS_ONLN)[^)`]{0,40}[)`]["']?/g

/** The facts of the build machine that the text asks for (`nproc`, `hostname`, `uname -r`); null when it asks for none, or for several. */
export function sourceOfMachine(text: string): { variant: string; name: string } | null {
  const found = machine.flatMap(({ variant, pattern }) => {
    const match = pattern.exec(text.slice(0, 100_000).replace(jobs, ''))
    return match ? [{ variant, name: match[0].replace(/^(?:RUN|[`(;&|])?\s*/, '') }] : []
  })
  return found.length === 1 ? (found[0] ?? null) : null
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/**
 * Whether the text names a path (without a leading slash) by its last part or, when `foldersToo`, a folder above it as a whole: `cp -r /venv /opt`.
 */
export function mentionsPath(text: string, path: string, foldersToo: boolean): boolean {
  const parts = path.split('/').slice(-20)
  const name = parts.pop() ?? ''
  const asWord = (word: string, end: string): boolean =>
    word !== '' && new RegExp(`(?<![\\w.-])${escaped(word.slice(0, 255))}${end}`).test(text.slice(0, 100_000))
  if (asWord(name, '(?![\\w-])(?!\\.\\w)')) return true
  return foldersToo && parts.some(part => asWord(part, '(?:/\\.|/\\*|/)?(?=[\\s"\';)]|$)'))
}
