import { leftover } from '../leftover.ts'

/** Caches and histories under home folders and /tmp: of pip, uv, Hugging Face, matplotlib, conda, Go, cargo. */
export const toolCache = leftover({
  id: 'tool-cache',
  title: 'Caches or temporary files of a tool are in the layer',
  message:
    'A tool left its cache or temporary files in the layer. They hold times, random names or the order of downloads, and differ in every build. The image does not need them.',
  paths:
    /^(?:root|home\/[^/]+)\/(?:\.cache\/(?!(?:huggingface\/(?:hub|datasets|assets)|torch\/(?:hub|sentence_transformers)|whisper|clip|transformers|nltk_data|sentence_transformers)(?:\/|$)).+|\.gem\/.+|\.gradle\/caches\/.+|\.m2\/repository\/.+\.(?:lastUpdated|repositories)|\.cargo\/registry\/.+)|^opt\/conda\/pkgs\/.+|^go\/pkg\/mod\/cache\/.+|^(?:var\/)?tmp\/.+/,
  remove: path =>
    `/${path
      .replace(/^((?:var\/)?tmp)\/.*$/, '$1/*')
      .replace(/((?:^|\/)\.cache\/[^/]+)\/.*$/, '$1')
      .replace(/^(opt\/conda\/pkgs)\/.*$/, '$1/*')}`,
  fix: 'Delete them in the same instruction, or mount a cache or tmpfs over the folder (RUN --mount=type=cache,target=…; pip: --no-cache-dir; conda: conda clean -afy).',
})
