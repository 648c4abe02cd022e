import type { Stack } from '../stack.ts'
import { nodeTemplate, readsOfNode } from './node.ts'

export const nodeNpm: Stack = {
  id: 'node-npm',
  title: 'Node with npm',
  signs: ['package-lock.json', 'package.json'],
  reads: readsOfNode,
  template: project =>
    nodeTemplate(project, {
      lock: 'package-lock.json',
      settings: ['.npmrc'],
      all: 'npm ci --no-audit --no-fund',
      production: 'npm ci --omit=dev --no-audit --no-fund',
      first: project.has('package-lock.json') ? [] : ['Lock every package: `npm install --package-lock-only`'],
    }),
}
