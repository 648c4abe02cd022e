import { leftover, shapedLike } from '../leftover.ts'

/** What wget and curl note of hosts: which want HTTPS, which offer another protocol, with times. */
export const wgetHsts = leftover({
  id: 'wget-hsts',
  title: 'What wget or curl noted of hosts is in the layer',
  message:
    'wget (.wget-hsts) and curl (--hsts, --alt-svc) note when they saw a host that wants HTTPS or offers another protocol, or until when the note holds. The times follow from that of the build.',
  paths: /(?:^|\/)\.(?:wget-hsts|curl[\w.-]*|[\w-]*(?:hsts|alt-?svc)[\w.-]*)$/,
  fix: 'Call wget with --no-hsts, and curl without --hsts and --alt-svc, or delete the file in the same instruction.',
  proof: shapedLike(/^# (?:HSTS 1\.0 Known Hosts database|Your (?:HSTS|alt-svc) cache)/),
})
