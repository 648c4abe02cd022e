import type { Project } from '../project.ts'
import type { Stack } from '../stack.ts'
import { nodeTemplate, readsOfNode } from './node.ts'
import { managerNamed } from './node-pnpm.ts'

export const nodeYarn: Stack = {
  id: 'node-yarn',
  title: 'Node with Yarn',
  signs: ['yarn.lock'],
  reads: [...readsOfNode, 'yarn.lock', '.yarnrc.yml'],
  // Yarn 1 is in the image; later ones come by corepack.
  template: project =>
    isLater(project)
      ? nodeTemplate(project, {
          ...{
            lock: 'yarn.lock',
            settings: ['.yarnrc.yml'],
            folders: ['.yarn/releases', '.yarn/plugins', '.yarn/patches'],
          },
          ...(hasNodeModules(project) ? {} : { environment: 'YARN_NODE_LINKER=node-modules' }),
          prepare: 'corepack enable yarn',
          all: 'yarn install --immutable',
          production: 'yarn workspaces focus --all --production',
          first: managerNamed(project.text('package.json'), 'yarn'),
        })
      : nodeTemplate(project, {
          lock: 'yarn.lock',
          settings: ['.yarnrc', '.npmrc'],
          all: 'yarn install --frozen-lockfile',
          production: 'yarn install --frozen-lockfile --production',
        }),
}

/** Told by its settings file, by its lock file, or by what package.json asks of corepack. */
const isLater = (project: Project): boolean =>
  project.has('.yarnrc.yml') ||
  /^__metadata:/m.test(project.text('yarn.lock')) ||
  /"packageManager"\s*:\s*"yarn@(?:[2-9]|\d\d)/.test(project.text('package.json'))

/** Without them the packages stay in a cache outside the folder, which the last stage does not have. */
const hasNodeModules = (project: Project): boolean =>
  /^nodeLinker:\s*["']?(?:node-modules|pnpm)\b/m.test(project.text('.yarnrc.yml'))
