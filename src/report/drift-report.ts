/** What became, by now, of an image that was proven before. */
export interface ReportDrift {
  /**
   * `same`: it still is that image. `base-moved`: it is, on the base images of then, whose tags stand for others by now.
   * `differs`: the same sources give another image. `cannot-build`: they give none any more. `undecided`: nobody can say.
   */
  kind: 'same' | 'base-moved' | 'differs' | 'cannot-build' | 'undecided'
  /** When it was proven, ISO 8601 in UTC; null where nobody knows: a record and an image do not say. */
  since: string | null
  /** What was built again; null where the commit of then is not known. */
  commit: string | null
  /** Tags of base images that do not stand for the images of then any more; `to` is null where a tag is gone. */
  bases: MovedBase[]
  /** With `cannot-build`: what is not there any more; null where the build does not say. */
  vanished: ReportVanished | null
  /** With `differs`: packages that are not those of then; versions are null where they are not known. */
  packages: { name: string; from: string | null; to: string | null }[]
}

export interface MovedBase {
  reference: string
  /** `sha256:…` */
  from: string
  to: string | null
}

export interface ReportVanished {
  /** `changed`: it is there with another checksum. `unreachable`: its server did not answer. */
  kind: 'image' | 'package' | 'address' | 'repository' | 'changed' | 'unreachable' | 'certificate'
  /** As the log names it; null where it does not. */
  name: string | null
  /** The line of the log or of the error that says so. */
  says: string
}
