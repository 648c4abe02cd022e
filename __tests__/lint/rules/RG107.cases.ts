import { found, silent } from '../cases.ts'

const digest = `sha256:${'4f'.repeat(32)}`

export const cases = {
  found: [
    found('two numbers', 'FROM «nvidia/cuda:12.4-runtime-ubuntu22.04»\n', {
      level: 'notice',
      class: 'drift',
      says: /three numbers/,
    }),
    found('no operating system', 'FROM «nvidia/cuda:12.4.1-devel»\n', { says: /the operating system/ }),
    found('neither', 'FROM «nvidia/cuda:12-devel»\n', { says: /\(three numbers\) and the operating system/ }),
    found("NVIDIA's own registry", 'FROM «nvcr.io/nvidia/cuda:12.4-base-ubuntu22.04»\n'),
    found("Docker's registry by name", 'FROM «docker.io/nvidia/cuda:11-base»\n'),
    found('PyTorch without cuDNN', 'FROM «pytorch/pytorch:2.3.1-cuda12.1»\n', { says: /cuDNN/ }),
    found('PyTorch by version alone', 'FROM «pytorch/pytorch:2.3.1»\n', { says: /CUDA version and the cuDNN version/ }),
    found('TensorFlow', 'FROM «tensorflow/tensorflow:2.16-gpu»\n'),
    found('TensorFlow by flavour', 'FROM «tensorflow/tensorflow:devel-gpu»\n'),
    found('another image of NVIDIA without a release', 'FROM «nvcr.io/nvidia/tritonserver:py3»\n', {
      says: /a release/,
    }),
    found('a default', 'ARG CUDA=12.4\nFROM «nvidia/cuda:${CUDA}-devel-ubuntu22.04»\n'),
    found('in strict without RG101', 'FROM «nvidia/cuda:12-devel»\n', {
      settings: { profile: 'strict', rules: { RG101: 'off' } },
    }),
  ],
  silent: [
    silent('the whole version', 'FROM nvidia/cuda:12.4.1-cudnn-devel-ubuntu22.04\n'),
    silent('without cuDNN, which is not in it', 'FROM nvidia/cuda:12.4.1-base-ubi9\n'),
    silent('a digest', `FROM nvidia/cuda:12-devel@${digest}\n`),
    silent('a version in an argument', 'ARG CUDA=12.4.1\nFROM nvidia/cuda:${CUDA}-base-ubuntu22.04\n'),
    silent('a version that nobody knows', 'ARG CUDA\nFROM nvidia/cuda:${CUDA}-devel-ubuntu22.04\n'),
    silent('a version and system that nobody knows', 'ARG CUDA\nFROM nvidia/cuda:${CUDA}\n'),
    silent('PyTorch whole', 'FROM pytorch/pytorch:2.3.1-cuda12.1-cudnn8-runtime\n'),
    silent('a month of NGC', 'FROM nvcr.io/nvidia/pytorch:24.05-py3\n'),
    silent('TensorFlow whole', 'FROM tensorflow/tensorflow:2.16.1-gpu-jupyter\n'),
    silent('no tag is another rule', 'FROM nvidia/cuda\n'),
    silent('latest is another rule', 'FROM tensorflow/tensorflow:latest-gpu\n'),
    silent('another image', 'FROM python:3.12\n'),
    silent('a name that is only alike', 'FROM mynvidia/cuda:12\nFROM pytorch/torchserve:0.9\n'),
    silent('in strict, where RG101 speaks', 'FROM nvidia/cuda:12-devel\n', {
      settings: { profile: 'strict', rules: {} },
    }),
    silent('a named build context', 'FROM nvidia/cuda:12-devel\n', { contexts: ['nvidia/cuda:12-devel'] }),
    silent('an unreachable stage', `FROM nvidia/cuda:12-devel AS old\nFROM debian@${digest}\n`),
  ],
}
