import type { FindingLevel, Location } from '../finding.ts'

/** How the user wants the lint to be. */
export interface LintSettings {
  /** `strict` runs every rule and makes drift an error; `advisory` makes notices of all. */
  profile: 'default' | 'strict' | 'advisory'
  /** By rule id; beats the profile. */
  rules: Readonly<Record<string, 'off' | 'on' | FindingLevel>>
  /** Ignores of the configuration file. */
  ignores: readonly ConfigIgnore[]
  /** `# hadolint ignore=DLxxxx` comments count as ignores of our rules that say the same. */
  hadolintIgnores: boolean
  /** What the path of a finding needs in front of it to meet the paths of the ignores: `services/web`, or nothing. */
  pathPrefix: string
  /** The folder that those paths are seen from, for files named by their whole path; empty: nobody knows it. */
  pathRoot: string
  /** `2026-11-21`: what `until` is held against. */
  today: string
}

/** Findings that the configuration file answers: those that match all of what it names. */
export interface ConfigIgnore {
  rules: readonly string[]
  /** Glob over the path of the finding's file, seen from the configuration file's folder. */
  path: string | null
  /** Name or index of a stage. */
  stage: string | null
  reason: string | null
  /** The last day on which it counts, `2026-12-31`. */
  until: string | null
  /** Where it stands in the configuration file. */
  at: Location
}

export const defaultSettings: LintSettings = {
  profile: 'default',
  rules: {},
  ignores: [],
  hadolintIgnores: true,
  pathPrefix: '',
  pathRoot: '',
  today: '1970-01-01',
}
