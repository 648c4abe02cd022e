// An organisation on paper: what a day of gates takes, against what GitHub gives. Pure: all figures are parameters.

/** Measured here; docs/trust/scale.md says by which command. Sizes in GB, times in minutes where no other unit is said. */
export const measured = {
  gateOfPlain: 2.1,
  gateOnTwoBuilders: 1.5,
  gateFixed: 4.5 / 60,
  /** Processor seconds of one Dockerfile, with its context and git. */
  lintSeconds: 0.05,
  /** Disk in use beyond the base, by size of the image. */
  plainDisk: 2.83,
  gateDisk: 3.66,
  /** Uncompressed megabytes of one side by processor second of comparing both, where every layer differs. */
  compareRate: 160,
  compareMemory: 256,
  recordBytesPerEntry: 40,
}

/** What GitHub gives. */
export const given = {
  requestsPerHour: { GITHUB_TOKEN: 1_000, 'GITHUB_TOKEN, Enterprise Cloud': 15_000 },
  contentPerMinute: 80,
  contentPerHour: 500,
  annotationsPerRequest: 50,
  cacheBytes: 10e9,
  matrixJobs: 256,
}

/** Requests of one run of the action, by what it is asked for; of those, the ones that create content. */
export function requestsOf({ annotations = 10, changed = true, comment = false, suggestions = false }) {
  const batches = Math.max(1, Math.ceil(Math.min(annotations, 1_000) / given.annotationsPerRequest))
  const told = comment || suggestions
  // Earlier check runs are looked for before and after; who we are and whether the head is still the head, before anything is told.
  const all = 2 + batches + (changed ? 1 : 0) + (told ? 2 : 0) + (comment ? 2 : 0) + (suggestions ? 2 : 0)
  return { all, content: batches + (comment ? 1 : 0) + (suggestions ? 1 : 0) }
}

/** Of a drift run that keeps its issue: who we are, the open ones; where it drifts, and none is open, the closed ones, and one write. */
export const driftRequests = ({ drifts = 0.02, closedPages = 1 } = {}) => ({
  all: 2 + drifts * (closedPages + 1),
  content: drifts,
})

/** What one image costs: to build, to gate, to compare, to keep. */
export function costOf({ gigabytes, plainMinutes, files }, { gateOfPlain, gateFixed, ...rest } = measured) {
  return {
    gateMinutes: plainMinutes * gateOfPlain + gateFixed,
    gateMinutesOnTwo: plainMinutes * rest.gateOnTwoBuilders + gateFixed,
    plainDisk: gigabytes * rest.plainDisk,
    gateDisk: gigabytes * rest.gateDisk,
    compareMinutes: (gigabytes * 1_000) / rest.compareRate / 60,
    record: files * rest.recordBytesPerEntry,
  }
}

/** How much of a day an office has, by hour in UTC: two continents. */
const byHour = [1, 1, 1, 1, 1, 2, 4, 7, 9, 9, 8, 7, 8, 9, 9, 8, 7, 5, 3, 2, 2, 1, 1, 1]

/**
 * A day, minute by minute: pushes come by chance, more of them to some repositories; each gates so many images, one run each.
 * @param org `repositories`, `images` (Dockerfiles in all), `pushes` a day, `touched` (images that a push gates), `perRun` images of one run,
 *   `requests` of one run, `limit` requests an hour and repository, `seed`
 * @returns runs, requests, the worst hour and minute of one repository, and the runs that GitHub refused, whose findings went to the log
 */
export function day({
  repositories,
  images,
  pushes,
  touched,
  perRun = 1,
  requests,
  limit,
  seed = 1,
  nightly = 0,
  nightlyHours = 1,
}) {
  const chance = random(seed)
  const share = Array.from({ length: repositories }, (_, at) => 1 / (at + 1) ** 0.8)
  const weights = cumulative(share)
  const hours = cumulative(byHour)
  const runs = []
  for (let push = 0; push < pushes; push += 1) {
    const repository = pick(weights, chance())
    const minute = pick(hours, chance()) * 60 + Math.floor(chance() * 60)
    // 1.3 images are one, and three times in ten another.
    const gated = Math.floor(touched + chance())
    for (let run = 0; run < gated / perRun; run += 1) runs.push({ repository, minute, ...requests })
  }
  // At night every image once, spread evenly over the repositories and the hours that are given to it.
  for (let image = 0; image < Math.ceil((nightly * images) / perRun); image += 1)
    runs.push({
      repository: image % repositories,
      minute: Math.floor(chance() * nightlyHours * 60),
      ...driftRequests(),
    })
  return counted(runs, limit)
}

function counted(runs, limit) {
  const [hours, minutes] = [new Map(), new Map()]
  const add = (map, key, value) => map.set(key, (map.get(key) ?? 0) + value)
  let [refused, requests] = [0, 0]
  for (const { repository, minute, all, content } of runs.sort((a, b) => a.minute - b.minute)) {
    const hour = `${repository} ${Math.floor(minute / 60)}`
    requests += all
    if ((hours.get(hour) ?? 0) + all > limit) refused += 1
    add(hours, hour, all)
    add(minutes, `${repository} ${minute}`, content)
  }
  const most = map => Math.round([...map.values()].reduce((worst, one) => Math.max(worst, one), 0))
  return {
    runs: runs.length,
    requests: Math.round(requests),
    worstHour: most(hours),
    worstMinute: most(minutes),
    refused,
  }
}

/** Runners that are busy on average in the busiest hour, for so many minutes of work a day. */
export const runnersAtNoon = minutesADay => (minutesADay * Math.max(...byHour)) / byHour.reduce((a, b) => a + b, 0) / 60

/** Days until a cache that is full evicts what was kept, at so many proofs a day; GitHub takes what nobody read for seven days anyway. */
export const daysInCache = (proofsADay, bytes) => Math.min(7, given.cacheBytes / (proofsADay * bytes))

const cumulative = shares => {
  let sum = 0
  const sums = shares.map(one => {
    sum += one
    return sum
  })
  return sums.map(one => one / sum)
}

function pick(sums, value) {
  let [low, high] = [0, sums.length - 1]
  while (low < high) {
    const middle = (low + high) >> 1
    if (sums[middle] < value) low = middle + 1
    else high = middle
  }
  return low
}

function random(seed) {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
