import type { ContentPair } from '../../image/comparison.ts'
import type { Cause, Recognition, Subject } from '../cause.ts'
import { bothBegin, bytesOf, contentDiffers, textsOf, wholesOf } from '../content.ts'
import { readArrays } from '../formats/array-file.ts'
import { numberFile, numbersInWords, numbersOf } from '../formats/number-difference.ts'
import { areFloats } from '../formats/numbers.ts'
import { comparePickles } from '../formats/pickle-difference.ts'
import { excerpt, excerptOfName } from '../values/excerpt.ts'
import { isRandom, isRandomBehindHead } from '../values/randomness.ts'
import { textNumbers } from '../values/text-numbers.ts'
import { maskMeasured } from './elapsed-time.ts'
import { torchMember } from './torch-archive.ts'

/** Numbers of a trained model or a sample that come out otherwise in each build. */
export const unseededNumbers: Cause = {
  id: 'unseeded-numbers',
  recognise: subject =>
    contentDiffers(subject.entry)
      ? (knownNumbers(subject) ??
        torchMember(subject) ??
        smallTensor(subject) ??
        otherShape(subject) ??
        writtenNumbers(subject) ??
        modelBytes(subject))
      : null,
  describe: ({ recognitions, subjects }) => {
    const order = recognitions.every(({ variant }) => variant === 'order')
    const many = subjects.length > 1
    return {
      title: order
        ? 'The same numbers come in an order drawn by chance'
        : 'A model or data file holds other numbers in each build',
      message: order
        ? `${many ? `${subjects.length} files hold` : 'A file holds'} exactly the same numbers in both builds, shuffled otherwise: a split, a permutation or a sample without a fixed seed.`
        : `${many ? `${subjects.length} files hold` : 'A file holds'} numbers (weights, samples, scores) that are others in each build, in an unchanged frame. Training or sampling without a fixed seed, or with operations whose order is left to chance, gives other numbers each time. Where the data came over the network, it may be the data that changed.`,
      remedy: {
        text: `Set the seed of every source of chance before the first use (\`random.seed(0)\`, \`np.random.seed(0)\` or \`np.random.default_rng(0)\`, \`random_state=0\` for scikit-learn, \`torch.manual_seed(0)\` with \`torch.use_deterministic_algorithms(True)\`, \`set.seed(0)\` in R), and run with PYTHONHASHSEED=0; or train outside of the build, and copy or download the result with its checksum.${recognitions.some(({ variant }) => variant === 'times') ? ' Take the times beside them from SOURCE_DATE_EPOCH, and leave durations out.' : ''}`,
      },
    }
  },
}

/** Arrays, pickles, tensors: read as what they are. */
function knownNumbers(subject: Subject): Recognition | null {
  const { entry } = subject
  const numbers = numbersOf(subject)
  if (!numbers) return movedNumbers(entry)
  // All of them times one factor, or plus one amount: one value differs, and nothing was drawn.
  if (numbers.related && !numbers.permuted) return null
  // One or two numbers among other values may be anything: a duration, a count.
  if (numbers.what === 'a pickle' && numbers.count < 3 && !ofModel.test(textOfKeys(entry))) return null
  if (!numbers.known && numbers.differing * 4 < numbers.count) return null
  return {
    confidence: numbers.exact && numbers.permuted ? 'certain' : 'likely',
    variant: numbers.permuted ? 'order' : 'values',
    evidence: [
      {
        what: `${numbersInWords(numbers)}${numbers.permuted ? '; they are the same numbers in another order' : ''}${numbers.exact ? '; nothing else differs' : ''}`,
        path: entry.path,
        a: numbers.first?.a ?? '',
        b: numbers.first?.b ?? '',
      },
    ],
  }
}

/** The path, and what a small pickle holds of names. */
const textOfKeys = ({ path, content }: Subject['entry']): string =>
  `${path}\n${content ? bytesOf(content.a.head.subarray(0, 4096)).toString('latin1') : ''}`

/** A tensor that is too short to be judged alone (a bias), beside one of the same model that is not. */
function smallTensor(subject: Subject): Recognition | null {
  const { entry, layer } = subject
  const folder = /^(.*\/data\/)\d+$/.exec(entry.path)?.[1]
  const wholes = folder === undefined ? null : wholesOf(entry.content)
  if (folder === undefined || !wholes || wholes.a.length !== wholes.b.length || wholes.a.length > 1024) return null
  if (!areFloats(wholes.a) || !areFloats(wholes.b)) return null
  for (let number = 0; number < 50; number++) {
    const other = layer.byPath.get(`${folder}${number}`)
    if (!other || other === entry || other.path === entry.path || !numbersOf({ ...subject, entry: other })) continue
    return {
      confidence: 'likely',
      variant: 'values',
      evidence: [
        { what: `a few numbers, beside the many of ${excerptOfName(other.path)} that differ, too`, path: entry.path },
      ],
    }
  }
  return null
}

/** A pickled list of numbers, shuffled. */
function movedNumbers(entry: Subject['entry']): Recognition | null {
  const moved = entry.content ? comparePickles(entry.content)?.moved : null
  if (!moved || moved.texts) return null
  return {
    confidence: 'certain',
    variant: 'order',
    evidence: [
      { what: `a pickle: ${moved.count} numbers come in another order, and nothing else differs`, path: entry.path },
    ],
  }
}

/** A model whose trees or layers have other sizes in each build. */
function otherShape({ entry }: Subject): Recognition | null {
  const pickle = entry.content ? comparePickles(entry.content) : null
  const integers = pickle !== null && pickle.texts.length === 0 && pickle.others > 2
  if (!pickle || !entry.content || !(pickle.reshaped || integers)) return null
  return {
    confidence: 'likely',
    variant: 'values',
    evidence: [
      {
        what: `a pickle of the same classes and fields with other numbers${pickle.reshaped ? ', more of them on one side' : ''}`,
        path: entry.path,
        a: `${entry.content.a.size} bytes`,
        b: `${entry.content.b.size} bytes`,
      },
    ],
  }
}

const ofModel =
  /loss|accura|(?:^|[^a-z])acc(?:[^a-z]|$)|score|auc|f1|rmse|mae|mse|metric|weight|coef|prob|perplexity|bleu|rouge|reward|mean|std|random|noise|sampl|gradient|model/i

/** Tables and scores as text. */
function writtenNumbers({ entry, clock }: Subject): Recognition | null {
  const texts = textsOf(entry)
  if (!texts) return null
  const plain = maskMeasured(texts.a, texts.b, clock)
  const numbers = textNumbers(plain.a, plain.b)
  const first = numbers?.pairs[0]
  if (!numbers || !first) return null
  // One or two numbers may be anything that was measured, unless the text says what they are.
  if (numbers.pairs.length < 3 && !ofModel.test(`${entry.path}\n${texts.a.slice(0, 20_000)}`)) return null
  return {
    confidence: numbers.permuted && plain.pairs === 0 ? 'certain' : 'likely',
    variant: plain.pairs > 0 ? 'times' : numbers.permuted ? 'order' : 'values',
    evidence: [
      {
        what: `${numbers.pairs.length} number(s) differ${plain.pairs > 0 ? `, besides ${plain.pairs} time(s) of the build` : ', and nothing else'}`,
        path: entry.path,
        a: excerpt(first.a),
        b: excerpt(first.b),
      },
    ],
  }
}

const compressed = [[0x1f, 0x8b], [0x78], [0x28, 0xb5, 0x2f, 0xfd], [0xfd, 0x37, 0x7a], [0x04, 0x22, 0x4d, 0x18]]

/** Nothing but chance behind its head, and not because it is compressed: keys, ciphertext. */
const isChance = (content: ContentPair): boolean =>
  isRandom(content) || (isRandomBehindHead(content) && !compressed.some(magic => bothBegin(content, magic)))

const isLetter = (byte: number): boolean => byte >= 0x20 && byte < 0x7f

/** A model of a format that is not read here: of equal size, and other bytes all over. */
function modelBytes({ entry }: Subject): Recognition | null {
  const { content, path } = entry
  // What is called `.bin` may be code or text just as well; floats in it have been told by their shape.
  if (
    !numberFile.test(path) ||
    /\.bin$/i.test(path) ||
    !content ||
    content.a.size !== content.b.size ||
    isChance(content)
  )
    return null
  // Arrays, a pickle that was read, and a text have told all that they have to tell.
  if (readArrays(content) !== null || comparePickles(content) !== null || textsOf(entry) !== null) return null
  const length = Math.min(content.a.head.length, content.b.head.length)
  let [differing, letters] = [0, 0]
  for (let at = 0; at < length; at++) {
    const [a, b] = [content.a.head[at] as number, content.b.head[at] as number]
    if (a === b) continue
    differing++
    if (isLetter(a) && isLetter(b)) letters++
  }
  // What is written in letters is a name or a time, and no numbers of a model.
  if (length < 64 || differing * 4 < length || letters * 10 > differing * 9) return null
  return {
    confidence: 'likely',
    variant: 'values',
    evidence: [
      {
        what: `equal size (${content.a.size} bytes), ${Math.round((100 * differing) / length)} % of the bytes looked at differ`,
        path,
      },
    ],
  }
}
