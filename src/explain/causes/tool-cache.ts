import type { Cause } from '../cause.ts'
import { begins, certain, leftover, onlyHeader, timeEvidence } from '../leftover.ts'

/** Caches and histories under home folders and /tmp: of pip, uv, Hugging Face, matplotlib, conda, Go, cargo. */
const caches = leftover({
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

/** What build systems note for the next run, each known by its name and its first words. */
const notes: [path: RegExp, form: RegExp][] = [
  [/(?:^|\/)\.ninja_log$/, /^# ninja log v\d/],
  [/(?:^|\/)\.ninja_deps$/, /^# ninjadeps\n/],
  [
    /(?:^|\/)CMakeFiles\/CMake(?:Output|Error)\.log$/,
    /^(?:The system is: |[A-Z][^\n]{0,200} (?:failed|succeeded|passed))/,
  ],
  [/(?:^|\/)CMakeFiles\/CMakeConfigureLog\.yaml$/, /^\s*---/],
  [/(?:^|\/)config\.log$/, /^This file contains any messages produced by compilers/],
  [/(?:^|\/)meson-logs\/(?:meson|test|install)-log\.(?:txt|json)$/, /^[^\0]/],
]

/** What Node keeps of the modules of a program that asks for it, as npm 11 does. */
const compiled = /^tmp\/node-compile-cache\//

const ofNode = {
  title: 'The compile cache of Node is in the layer',
  message:
    'npm (11, on Node 22 and newer) lets Node keep the compiled code of its modules in /tmp/node-compile-cache. The files differ in every build, and the image does not need them.',
  remedy: {
    text: 'Delete the folder in the same instruction, put `ENV NODE_DISABLE_COMPILE_CACHE=1` above it, or mount a tmpfs over /tmp (`RUN --mount=type=tmpfs,target=/tmp`).',
    remove: ['/tmp/node-compile-cache'],
  },
}

export const toolCache: Cause = {
  id: 'tool-cache',
  recognise: subject => {
    const note = notes.find(([path]) => path.test(subject.entry.path))
    if (!note || onlyHeader(subject) || !begins(subject, note[1])) return caches.recognise(subject)
    return { ...certain(timeEvidence(subject)), variant: 'build' }
  },
  describe: found => {
    const described = caches.describe(found)
    if (found.subjects.every(({ entry }) => compiled.test(entry.path))) return { ...described, ...ofNode }
    const isBuild = found.recognitions.every(({ variant }) => variant === 'build')
    if (!isBuild || !described.remedy) return described
    return {
      ...described,
      title: 'Notes of a build system are in the layer',
      message:
        'ninja, CMake, Meson and configure note in the build folder what they did: when each file was made and how long it took, under which random names they tried the compiler. The notes differ in every build, and what was built does not need them.',
      remedy: {
        ...described.remedy,
        text: 'Delete the build folder in the same instruction once all is installed, or at least these notes; or compile in a stage of its own and copy only what was built (`COPY --from=build …`).',
      },
    }
  },
}
