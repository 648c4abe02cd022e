import type { Stack } from '../stack.ts'
import { nodeTemplate, readsOfNode } from './node.ts'
import { managerNamed } from './node-pnpm.ts'

export const nodeYarn: Stack = {
  id: 'node-yarn',
  title: 'Node with Yarn',
  signs: ['yarn.lock'],
  reads: readsOfNode,
  // Yarn 1 is in the image; later ones come by corepack, and are told by their settings file.
  template: project =>
    project.has('.yarnrc.yml')
      ? nodeTemplate(project, {
          lock: 'yarn.lock',
          settings: ['.yarnrc.yml'],
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
