import type { Cause } from '../cause.ts'
import { contentDiffers } from '../content.ts'
import { comparePickles } from '../formats/pickle-difference.ts'
import { quoteUnlessSecret } from '../values/excerpt.ts'

/** A pickle (joblib file) of a set of texts, or of what was listed from one: in the order of their hashes. */
export const pickleOrder: Cause = {
  id: 'pickle-order',
  recognise: ({ entry }) => {
    const pickle = contentDiffers(entry) && entry.content ? comparePickles(entry.content) : null
    if (!pickle?.moved?.texts) return null
    const { count, first } = pickle.moved
    return {
      // Two texts of a list that changed places may be two values that were drawn.
      confidence: pickle.sets || count > 2 ? 'certain' : 'likely',
      evidence: [
        {
          what: `a pickle${pickle.sets ? ' with a set in it' : ''}: ${count} pieces come in another order, and nothing else differs; the first`,
          path: entry.path,
          a: quoteUnlessSecret(first.a, ''),
          b: quoteUnlessSecret(first.b, ''),
        },
      ],
    }
  },
  describe: () => ({
    title: 'A pickle holds its texts in an order drawn by chance',
    message:
      'A pickle or joblib file holds exactly the same pieces in both builds, in another order. Python walks a set of texts in the order of their hashes, and draws a new secret for these hashes each time it starts.',
    remedy: {
      text: 'Sort before storing (`sorted(words)`), or run this step with PYTHONHASHSEED=0.',
      snippet: 'ENV PYTHONHASHSEED=0',
      rewrite: (text, instruction) => (instruction.keyword === 'RUN' ? `ENV PYTHONHASHSEED=0\n${text}` : null),
    },
  }),
}
