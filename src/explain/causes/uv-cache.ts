import type { Cause } from '../cause.ts'
import { contentDiffers, textsOf } from '../content.ts'
import { onlyHeader, plainEvidence, timeEvidence } from '../leftover.ts'

/** uv's note of when the local source changed that it installed a package from. */
export const uvCache: Cause = {
  id: 'uv-cache',
  recognise: subject => {
    const { entry } = subject
    if (!/\.dist-info\/uv_(?:cache|build)\.json$/.test(entry.path) || onlyHeader(subject)) return null
    const texts = contentDiffers(entry) ? textsOf(entry) : null
    if (texts && !/^\s*\{/.test(texts.a)) return null
    return { confidence: 'certain', evidence: texts ? timeEvidence(subject) : [plainEvidence(subject)] }
  },
  describe: () => ({
    title: "uv's installation time is in the layer",
    message:
      "uv writes uv_cache.json with the time of the source it installed from into the package's .dist-info folder, and its digest into RECORD.",
    remedy: {
      text: 'Set UV_NO_INSTALLER_METADATA=1 for the step: uv then leaves out the file and its line in RECORD. (Deleting the file leaves the line.)',
      snippet: 'ENV UV_NO_INSTALLER_METADATA=1',
      rewrite: (text, instruction) =>
        instruction.keyword === 'RUN' ? `ENV UV_NO_INSTALLER_METADATA=1\n${text}` : null,
    },
  }),
}
