import type { OptionName } from './table.ts'

/** The headings of `--help`, in its order, and what stands under each. What no command line takes stands under none. */
export const groups: readonly { title: string; options: readonly OptionName[] }[] = [
  {
    title: 'What to build',
    options: [
      ...(['context', 'file', 'bake-file', 'targets', 'target', 'platforms', 'build-args', 'build-contexts'] as const),
      ...(['labels', 'annotations'] as const),
    ],
  },
  {
    title: 'What RUN is given',
    options: ['secrets', 'ssh', 'network', 'add-hosts', 'shm-size', 'ulimit', 'allow', 'cgroup-parent'],
  },
  {
    title: 'How both are built',
    options: [
      ...(['builder', 'builders', 'source-date-epoch', 'variations', 'pull', 'cache-from'] as const),
      ...(['timeout', 'max-disk'] as const),
    ],
  },
  {
    title: 'What is asked of them',
    options: [
      ...(['level', 'fail-on', 'profile', 'config', 'rule', 'docker-check', 'smoke-command', 'smoke-files'] as const),
      'verify-blobs',
    ],
  },
  { title: 'What was proven before', options: ['record', 'expected-digest', 'against', 'ledger'] },
  {
    title: 'What is written',
    options: [
      ...(['dry-run', 'report', 'html', 'sarif', 'badge', 'sbom', 'logs', 'keep'] as const),
      ...(['predicate', 'predicate-type'] as const),
    ],
  },
  { title: 'What is published', options: ['push', 'tags', 'outputs', 'provenance'] },
]
