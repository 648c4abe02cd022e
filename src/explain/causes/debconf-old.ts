import { leftover } from '../leftover.ts'

/** Backups that debconf and dpkg keep of their state before the last step. */
export const debconfOld = leftover({
  id: 'debconf-old',
  title: 'Backups of package state are in the layer',
  message:
    'debconf and dpkg keep a copy of their state as it was before the last step (`*-old`). What the last step was depends on the order in which packages happened to be set up.',
  paths: /^var\/(?:cache\/debconf\/[^/]+-old|lib\/dpkg\/[^/]+-old|lib\/ucf\/.*\.\d|backups\/.+)$/,
  remove: ['/var/cache/debconf/*-old', '/var/lib/dpkg/*-old'],
  fix: 'Delete the backups in the same instruction that installs.',
})
