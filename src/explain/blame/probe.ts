/** What building a Dockerfile text from one side's cache gave. */
export type ProbeResult =
  | { kind: 'image'; configDigest: string }
  /** COPY found no such path. */
  | { kind: 'absent' }
  /** A step was not cached, the build failed, or it was aborted. */
  | { kind: 'unknown'; reason: string }

/** Builds, from that side's cache only, the image that the text describes. */
export type Probe = (side: 'A' | 'B', dockerfileText: string) => Promise<ProbeResult>
