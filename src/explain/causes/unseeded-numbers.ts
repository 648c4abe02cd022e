import type { Cause, Recognition, Subject } from '../cause.ts'
import { contentDiffers } from '../content.ts'
import { isRandom } from '../randomness.ts'

const modelFile =
  /\.(?:npy|npz|pkl|pickle|joblib|pt|pth|ckpt|safetensors|onnx|h5|hdf5|keras|tflite|weights|model|bin|rds|RData)$/

/** Numbers of a trained model or a sample that come out otherwise in each build. */
export const unseededNumbers: Cause = {
  id: 'unseeded-numbers',
  recognise: ({ entry }: Subject): Recognition | null => {
    const { content, path } = entry
    if (!modelFile.test(path) || !contentDiffers(entry) || !content || content.a.size !== content.b.size) return null
    if (isRandom(content)) return null
    const length = Math.min(content.a.head.length, content.b.head.length)
    let differing = 0
    for (let at = 0; at < length; at++) if (content.a.head[at] !== content.b.head[at]) differing++
    if (length < 64 || differing * 4 < length) return null
    return {
      confidence: 'likely',
      evidence: [
        {
          what: `equal size (${content.a.size} bytes), ${Math.round((100 * differing) / length)} % of the bytes looked at differ`,
          path,
        },
      ],
    }
  },
  describe: () => ({
    title: 'A model or data file holds other numbers in each build',
    message:
      'A file of numbers (weights, samples) has the same size but other values all over. Training or sampling without a fixed seed, or with operations whose order is left to chance, gives other numbers each time.',
    remedy: {
      text: 'Set the seeds of all libraries and ask for deterministic algorithms, or train outside of the build and copy or download the result with its checksum.',
    },
  }),
}
