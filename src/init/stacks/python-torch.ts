import type { Stack } from '../stack.ts'
import { readsOfPython } from './python.ts'
import { howToLock, pipTemplate } from './python-pip.ts'

/** PyTorch's own wheels bring CUDA and cuDNN; the driver comes from the machine that runs the image. */
export const pythonTorch: Stack = {
  id: 'python-torch',
  title: 'Python with PyTorch (CUDA from its wheels)',
  signs: ['requirements.lock', 'requirements.txt', 'pyproject.toml'],
  reads: readsOfPython,
  fits: project =>
    ['requirements.lock', 'requirements.txt', 'pyproject.toml'].some(path => hasTorch(project.text(path))),
  template: project => {
    const locked = howToLock(project)
    const { ignored, ...rest } = pipTemplate(
      project,
      locked,
      String.raw`    NVIDIA_VISIBLE_DEVICES=all \
    NVIDIA_DRIVER_CAPABILITIES=compute,utility \
`,
    )
    return {
      ...rest,
      ignored: [...ignored, '**/wandb', '**/mlruns', '**/lightning_logs', '**/checkpoints', '**/*.ckpt'],
      first: [
        ...locked.first,
        'An image with CUDA is several GB: a hosted runner has about 14 GB of free disk (docs/limits.md says what a gate needs)',
      ],
    }
  },
}

const hasTorch = (text: string): boolean =>
  /(^|["'\s])torch(vision|audio)?\s*(\[[^\]\n]*\])?\s*([=<>~!@;"',]|$)/m.test(text)
