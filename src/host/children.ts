import { readFileSync } from 'node:fs'

/**
 * Asks the children that this process still has to end (Linux; elsewhere it does nothing). For the end of a process
 * whose toolkit starts children that it cannot end itself: one that hangs would outlive the job.
 */
export function endChildren(): void {
  for (const pid of children()) {
    try {
      process.kill(pid, 'SIGTERM')
    } catch {
      // It has ended already.
    }
  }
}

function children(): number[] {
  try {
    return readFileSync(`/proc/self/task/${process.pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number)
  } catch {
    return []
  }
}
