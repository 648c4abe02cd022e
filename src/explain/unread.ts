import { docsUrl, type Finding } from '../finding.ts'

/** The digests prove that the images differ; why, nobody can say, because their layers could not be read. */
export const unreadDifference = (reason: string): Finding => ({
  id: 'unread-difference',
  source: 'comparison',
  level: 'error',
  class: 'now',
  title: 'The images differ, and their layers could not be read',
  message:
    'The digests of the two images differ, so the Dockerfile is not reproducible. Which line and which file is to blame could not be found out, because ' +
    (isShortOfRoom(reason)
      ? 'this machine has too little room for the layers that differ.'
      : 'BuildKit did not hand out the layers that differ.'),
  paths: [],
  count: 1,
  confidence: 'certain',
  evidence: [{ what: `reading the layers failed: ${reason.slice(0, 500)}` }],
  fix: {
    text: isShortOfRoom(reason)
      ? 'Give it the room that the evidence names (TMPDIR names another folder for temporary files), and run the gate again.'
      : 'Run the gate again. If it happens each time, the builder may have too little disk for its cache: see `docker buildx du`, and give it more room.',
  },
  docs: docsUrl('unread-difference'),
})

const isShortOfRoom = (reason: string): boolean => /too little space|no space left|disk is full/i.test(reason)
