import type { Stack } from '../stack.ts'
import { ignoredOfPython, readsOfPython, startOf } from './python.ts'

export const conda: Stack = {
  id: 'conda',
  title: 'Python with conda',
  signs: ['conda-linux-64.lock', 'environment.yml', 'environment.yaml'],
  reads: readsOfPython,
  template: project => ({
    ignored: ignoredOfPython,
    first: project.has('conda-linux-64.lock')
      ? []
      : [
          `Lock every package with its build and hash: \`conda-lock -k explicit -p linux-64 -f ${project.has('environment.yaml') ? 'environment.yaml' : 'environment.yml'}\` writes conda-linux-64.lock`,
        ],
    dockerfile: String.raw`# The base image, by its digest: one place to change it.
ARG BASE_IMAGE=mambaorg/micromamba:2.5.0-debian12-slim

FROM $BASE_IMAGE
# The time of the commit: repro-gate gives it, and docker build takes it by --build-arg. Tools use it in place of the clock.
ARG SOURCE_DATE_EPOCH
ENV TZ=UTC \
    LANG=C.UTF-8 \
    LC_ALL=C.UTF-8 \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
# An explicit lock: nothing is solved, each package is checked against its hash. The history holds the time of the install.
COPY --chmod=0644 conda-linux-64.lock /tmp/conda-linux-64.lock
RUN micromamba install --yes --name base --file /tmp/conda-linux-64.lock && \
    micromamba clean --all --yes && \
    : > /opt/conda/conda-meta/history
WORKDIR /app
# --chmod: the same permissions from every checkout.
COPY --chmod=u=rwX,go=rX . .
${startOf(project)}
`,
  }),
}
