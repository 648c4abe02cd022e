import type { Stack } from '../stack.ts'
import { nodeTemplate, readsOfNode } from './node.ts'

export const nodePnpm: Stack = {
  id: 'node-pnpm',
  title: 'Node with pnpm',
  signs: ['pnpm-lock.yaml'],
  reads: readsOfNode,
  template: project =>
    nodeTemplate(project, {
      lock: 'pnpm-lock.yaml',
      settings: ['pnpm-workspace.yaml', '.npmrc'],
      prepare: 'corepack enable pnpm',
      all: 'pnpm install --frozen-lockfile',
      production: 'pnpm install --frozen-lockfile --prod',
      first: managerNamed(project.text('package.json'), 'pnpm'),
    }),
}

/** Corepack takes the version and the hash from package.json; without them it takes the newest. */
export const managerNamed = (text: string, manager: string): string[] =>
  /"packageManager"\s*:\s*"\w+@[\w.-]+\+sha/.test(text)
    ? []
    : [`Write the version of ${manager}, with its hash, into package.json: \`corepack use ${manager}@latest\``]
