/** What a command did in both images: the behaviour, next to the bytes. */
export interface ReportSmoke {
  /** As it was given. */
  command: string
  /** The paths whose bytes were compared, too. */
  files: string[]
  results: SmokeResult[]
}

/** What came of it in one image for one platform. */
export interface SmokeResult {
  /** Its name in a bake or compose file; absent for the one image of a Dockerfile. */
  image?: string
  platform: string
  /**
   * `same`: exit code, standard output and files are equal. `differs`: one of them is not. `failed`: it ran, or was to
   * run, in both, and did not get so far that they could be compared. `not-run`: a run is missing or not whole.
   */
  state: 'same' | 'differs' | 'failed' | 'not-run'
  /** Of `failed` and `not-run`: why, as a sentence. */
  why: string | null
  /** Both images have the same content: it was run twice in one, and what differs is the program's own doing. */
  oneImage: boolean
  /** What differs. */
  differs: ('exit-code' | 'stdout' | 'files')[]
  /** Null where it did not come to its end. */
  a: SmokeRun | null
  b: SmokeRun | null
  /** Where standard output differs first. */
  excerpt?: SmokeExcerpt
  /** Empty where none were named, or nobody could look. */
  files: SmokeFile[]
}

export interface SmokeRun {
  exitCode: number
  stdout: SmokeBytes
  /** The last lines of standard error, which is not compared. */
  stderrTail: string[]
  seconds: number
}

export interface SmokeBytes {
  bytes: number
  /** sha256:… */
  digest: string
}

/** A few lines of both sides, or of bytes that are no text a few in hex. */
export interface SmokeExcerpt {
  /** `line 3`, `byte 1042` */
  at: string
  a: string[]
  b: string[]
}

export interface SmokeFile {
  path: string
  equal: boolean
  /** Of a folder all that is in it, together; null where it is not there. */
  a: SmokeBytes | null
  b: SmokeBytes | null
}
