import { leftover } from '../leftover.ts'

/** conda's list of what was installed when. */
export const condaHistory = leftover({
  id: 'conda-history',
  title: "conda's history is in the layer",
  message: 'conda writes the time of every transaction, and sets in hash order, to conda-meta/history.',
  paths: /(?:^|\/)conda-meta\/history$/,
  fix: 'Empty the file in the same instruction (`: > …/conda-meta/history`); install from an explicit lock file.',
})
