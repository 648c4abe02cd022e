import { begins, leftover, timeEvidence } from '../leftover.ts'

/** How the logs with a fixed form begin; the others (term.log, eipp.log.xz, bootstrap.log) hold whatever was printed. */
const forms: [path: RegExp, form: RegExp][] = [
  [/\/dpkg\.log(?:\.\d)?$/, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \w/],
  [/\/alternatives\.log(?:\.\d)?$/, /^update-alternatives \d{4}-/],
  [/\/history\.log(?:\.\d)?$/, /^\s*Start-Date: /],
  [/\/term\.log(?:\.\d)?$/, /^\s*Log started: /],
]

/** Logs of apt, dpkg and update-alternatives: each line begins with the time of the build. */
export const aptLog = leftover({
  id: 'apt-log',
  title: 'Logs of apt and dpkg are in the layer',
  message:
    'apt and dpkg write the wall-clock time of every action to their logs, so a layer that keeps the logs differs in every build. Nothing needs them in an image.',
  paths:
    /^var\/log\/(?:dpkg\.log|alternatives\.log|bootstrap\.log|fontconfig\.log|unattended-upgrades\/.*|apt(?:\/.*)?)(?:\.\d)?$/,
  remove: ['/var/log/*'],
  fix: 'Delete the logs in the same instruction that installs, or keep them out of the layer with RUN --mount=type=tmpfs,target=/var/log.',
  proof: subject => {
    const form = forms.find(([path]) => path.test(subject.entry.path))
    return form && !begins(subject, form[1]) ? null : timeEvidence(subject)
  },
})
