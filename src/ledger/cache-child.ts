// A process of its own for GitHub's cache library: it prints what it likes, waits as long as it likes, and can be ended.
import { writeFileSync } from 'node:fs'
import { isFeatureAvailable, restoreCache, saveCache } from '@actions/cache'
import { type CacheAnswer, type CacheTask, cacheFiles } from './cache-task.ts'

async function answerTo({ find, keep }: CacheTask): Promise<CacheAnswer> {
  if (!isFeatureAvailable()) return { problem: 'there is no cache service here' }
  // Always the same relative path: the service keeps apart what was saved from others.
  if (find !== undefined) {
    const isExact = 'exact' in find
    const key = await restoreCache(
      [cacheFiles.entry],
      isExact ? find.exact : `${find.newest}none`,
      isExact ? [] : [find.newest],
    )
    return key === undefined ? { key: null } : { key }
  }
  // The library says why in a line of its own.
  return (await saveCache([cacheFiles.entry], keep ?? '')) < 0 ? { problem: '' } : { key: keep ?? '' }
}

const task = JSON.parse(process.argv[2] ?? '{}') as CacheTask

void answerTo(task)
  .catch((error: unknown): CacheAnswer => ({ problem: String((error as Error)?.message ?? error) }))
  .then(answer => {
    writeFileSync(cacheFiles.answer, JSON.stringify(answer))
    process.exit(0)
  })
