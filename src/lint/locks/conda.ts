import { posix } from 'node:path'
import { condaCommandsOf } from '../commands/conda.ts'
import { folderOf } from '../folder.ts'
import { absolute } from '../reach.ts'
import { readCondaLock, readExplicit } from './conda-lock.ts'
import type { Ecosystem } from './ecosystem.ts'

const environmentFiles = ['environment.yml', 'environment.yaml']

/** conda reads a lock file only when it is told its name: an environment file is solved anew. */
export const conda: Ecosystem = {
  name: 'conda-lock',
  manifests: environmentFiles,
  locks: ['conda-lock.yml', 'conda-linux-64.lock', 'conda-lock.yaml'],
  readLock: (_file, text) => readExplicit(text) ?? readCondaLock(text),
  installs: (view, step) =>
    condaCommandsOf(step)
      .filter(({ program, action }) => program !== 'pixi' && /^(env )?(create|update|install)$/.test(action))
      .flatMap(one => {
        const folder = folderOf(view, step, one.command)
        const given = one.files[0]
        const file = given === undefined ? 'environment.yml' : given.value
        if (file === null || (given === undefined && !one.action.startsWith('env '))) return []
        if (!environmentFiles.includes(posix.basename(file)) || (folder === null && !file.startsWith('/'))) return []
        return [
          {
            command: one.command,
            range: given?.range ?? one.head,
            folder: posix.dirname(absolute(file, folder ?? '/')),
            lock: 'never' as const,
          },
        ]
      }),
}
