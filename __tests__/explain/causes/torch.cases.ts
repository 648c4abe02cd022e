import { readFileSync } from 'node:fs'
import { recogniseAll } from '../../../src/explain/inside.ts'
import type { Clock, Window } from '../../../src/explain/values/time.ts'
import { causeOf, changed, fixture, opened, subjectOf } from '../subject.ts'
import type { CauseCase } from './cause-case.ts'

/** When fixtures/make-torch.py ran. */
const windows = JSON.parse(readFileSync(new URL('../fixtures/torch/windows.json', import.meta.url), 'utf8')) as Record<
  'a' | 'b',
  Window
>
const clock: Clock = { epoch: 1_700_000_000, ...windows }

/** All causes of a file, each with the members that it explains; the ID of the archive is a consequence and not among them. */
async function causesIn(name: string): Promise<string> {
  const { a, b } = fixture(`torch/${name}`)
  if (a.equals(b)) return 'equal'
  const subject = { ...subjectOf(await opened(changed(`srv/${name}`, a, b))), clock }
  return recogniseAll(subject)
    .map(({ cause, recognition, inside }) => `${cause.id} ${recognition.confidence}${members(inside ?? [])}`)
    .join(', ')
}

const members = (inside: readonly { subject: { entry: { path: string } } }[]): string =>
  inside.length === 0 || inside.length > 12
    ? ''
    : `: ${inside.map(({ subject }) => subject.entry.path.replace(/^.* → [^/]*\//, '')).join(' ')}`

const torch = (rows: number[], how: string, name: string, expected: string): CauseCase => ({
  rows,
  by: `PyTorch 2.15, ${how}`,
  name: `srv/${name}`,
  found: () => causesIn(name),
  expected,
})

const alike = (name: string, found: () => string, expected: string): CauseCase => ({
  rows: [],
  by: 'made by hand as a look-alike',
  name: `look-alike: ${name}`,
  found,
  expected,
})

const tensors = 'unseeded-numbers likely: data/0 data/1 data/2 data/3'
const [idA, idB] = ['1077862729799854162501444663385941698739', '1077862729799854162501679479263324190301']
const id = (a: string, b: string) => changed('m.pt → m/.data/serialization_id', a, b)
const chance = () => changed('m.zip → m/data/0', '\x9f\x02\xd8\x11\x77\xe4\x05\xbc', '\x31\xf0\x8a\x66\xc2\x19\x94\x0e')

export const cases: CauseCase[] = [
  torch([45], 'torch.save of a state_dict', 'state.pt', tensors),
  torch([45], 'torch.save of a module', 'module.pt', tensors),
  torch([45], 'torch.save of bfloat16 to a buffer', 'bfloat16.pt', tensors),
  torch([45], 'torch.save in the old format', 'legacy.pth', 'unseeded-numbers likely'),
  torch([45], 'torch.jit.save of a trace', 'trace.pt', tensors),
  // The constants of a module come in the order of a set.
  torch(
    [45],
    'torch.jit.save of a script',
    'script.pt',
    `${tensors}, line-order certain: ${[5, 7].map(number => `code/__torch__/torch/nn/modules/linear/___torch_mangle_${number}.py`).join(' ')}`,
  ),
  torch(
    [45],
    'torch.export.save',
    'export.pt2',
    `unseeded-numbers likely: ${[0, 1, 2, 3].map(number => `data/weights/weight_${number}`).join(' ')}`,
  ),
  torch(
    [45],
    'torch.save of a model with its optimizer',
    'checkpoint.pt',
    `unseeded-numbers likely: ${[0, 1, 2, 3, 5, 6, 8, 9, 11, 12].map(number => `data/${number}`).join(' ')}`,
  ),
  torch([45], 'torch.save of randperm', 'split.pt', 'unseeded-numbers certain: data/1'),
  torch([45], 'torch.save of torch.rand(2)', 'two.pt', 'unseeded-numbers likely: data/0'),
  torch([57], 'torch.save of a time beside a seeded model', 'timed.pt', 'build-time certain: data.pkl'),
  torch([57], 'torch.save of a time as a tensor', 'clock.pt', 'build-time certain: data/4'),
  torch([47], 'torch.save of a set beside a seeded model', 'classes.pt', 'pickle-order certain: data.pkl'),
  torch([], 'a seeded model', 'seeded.pt', 'equal'),
  torch([], 'another count beside a seeded model', 'step.pt', 'unknown-difference likely: data/4'),
  torch([], 'saved to a temporary file and renamed', 'renamed.pt', 'unknown-difference likely'),
  alike('an ID where nothing else differs', () => causeOf(id(idA, idB)), 'unknown-difference likely'),
  alike(
    'an ID of another archive',
    () => causeOf(id(idA, idB), [changed('n.pt → n/data/0', 'x', 'y')]),
    'unknown-difference likely',
  ),
  alike(
    'another text called so',
    () => causeOf(id('release one\n', 'release two\n'), [changed('m.pt → m/data/0', 'x', 'y')]),
    'unknown-difference likely',
  ),
  alike('random bytes of an archive that is not of PyTorch', () => causeOf(chance()), 'random-token likely'),
]
