import { leftover } from '../leftover.ts'

/** wget's list of hosts that want HTTPS, with times. */
export const wgetHsts = leftover({
  id: 'wget-hsts',
  title: "wget's host list is in the layer",
  message: 'wget notes in .wget-hsts when it saw each host. The time is that of the build.',
  paths: /(?:^|\/)\.wget-hsts$/,
  fix: 'Call wget with --no-hsts, or delete the file in the same instruction.',
})
