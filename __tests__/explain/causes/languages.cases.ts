import type { EntryDifference } from '../../../src/image/comparison.ts'
import { changed, fixture } from '../subject.ts'
import type { CauseCase } from './cause-case.ts'
import { path } from './cause-case.ts'

const file = (name: string, at: string) => (): EntryDifference => {
  const { a, b } = fixture(`languages/${name}`)
  return changed(at, a, b)
}
const text = (at: string, a: string, b: string) => (): EntryDifference => changed(at, a, b)

const numpy = 'NumPy 2.4'
const sklearn = 'scikit-learn 1.9'

const models: CauseCase[] = [
  path([45], numpy, file('weights.npy', 'models/weights.npy'), 'unseeded-numbers likely'),
  path([45], numpy, file('split.npy', 'data/split.npy'), 'unseeded-numbers certain'),
  path([45], sklearn, file('sgd.pkl', 'models/sgd.pkl'), 'unseeded-numbers likely'),
  path([45, 47], `${sklearn}, joblib 1.6`, file('sgd.joblib', 'models/sgd.joblib'), 'unseeded-numbers likely'),
  path([47], 'joblib 1.6, compress=3', file('sgd.zlib.joblib', 'models/sgd.zlib.joblib'), 'unseeded-numbers likely'),
  path([45, 47], `${sklearn}, joblib 1.6`, file('forest.joblib', 'models/forest.joblib'), 'unseeded-numbers likely'),
  path([45], 'safetensors 0.8', file('model.safetensors', 'models/model.safetensors'), 'unseeded-numbers likely'),
  path([45], 'onnx 1.23', file('model.onnx', 'models/model.onnx'), 'unseeded-numbers likely'),
  path([45], 'h5py 3.16', file('model.h5', 'models/model.h5'), 'unseeded-numbers likely'),
  path([45], 'pyarrow 26', file('sample.parquet', 'data/sample.parquet'), 'unseeded-numbers likely'),
  path([45], 'made by hand after what torch.save writes', file('tensor', 'archive/data/0'), 'unseeded-numbers likely'),
  path([45], numpy, file('sample.csv', 'data/sample.csv'), 'unseeded-numbers likely'),
  path([45], 'Python 3.11', file('metrics.json', 'models/metrics.json'), 'unseeded-numbers likely'),
  path([45], 'Python 3.11', file('ids.pkl', 'data/ids.pkl'), 'unseeded-numbers certain'),
  path([46], numpy, file('sums.npy', 'data/sums.npy'), 'float-rounding certain'),
  path([46], numpy, file('sums32.npy', 'data/sums32.npy'), 'float-rounding certain'),
  path([46], 'Python 3.11', file('sums.pkl', 'data/sums.pkl'), 'float-rounding certain'),
  path([46], 'Python 3.11', file('sums.json', 'data/sums.json'), 'float-rounding certain'),
  path([47], 'Python 3.11', file('vocab.pkl', 'data/vocab.pkl'), 'pickle-order certain'),
  path([47], 'Python 3.11, protocol 2', file('labels.pkl', 'data/labels.pkl'), 'pickle-order certain'),
  path([], 'Python 3.11', file('when.pkl', 'data/when.pkl'), 'build-time certain'),
]

const bytecode: CauseCase[] = [
  path([19], 'marshal of Python 3.11', file('references.pyc', 'app/__pycache__/model.cpython-311.pyc'), 'pyc-content certain'),
  path([19], 'marshal of Python 3.11', file('folder.pyc', 'app/__pycache__/model.cpython-311.pyc'), 'pyc-content certain'),
  path([19], 'py_compile of Python 3.9', file('sets.pyc', 'app/__pycache__/model.cpython-39.pyc'), 'pyc-content certain'),
  path([], 'marshal of Python 3.11', file('other.pyc', 'app/__pycache__/model.cpython-311.pyc'), 'unknown-difference likely'),
]

const databases: CauseCase[] = [
  path([48], 'SQLite 3', file('runs.sqlite', 'data/runs.sqlite'), 'sqlite-time certain'),
  path([48], 'SQLite 3', file('freed.sqlite', 'data/freed.sqlite'), 'sqlite-freed certain'),
  path([], 'SQLite 3', file('tokens.sqlite', 'data/tokens.sqlite'), 'random-token likely'),
]

export const cases: CauseCase[] = [...models, ...bytecode, ...databases]
void text
