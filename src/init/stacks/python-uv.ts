import type { Stack } from '../stack.ts'
import { ignoredOfPython, pythonImage, readsOfPython, startOf } from './python.ts'

export const pythonUv: Stack = {
  id: 'python-uv',
  title: 'Python with uv',
  signs: ['uv.lock'],
  reads: readsOfPython,
  template: project => ({
    ignored: ignoredOfPython,
    first: [],
    dockerfile: String.raw`# The base images, by their digests: one place to change them.
ARG BASE_IMAGE=${pythonImage(project)}
ARG UV_IMAGE=ghcr.io/astral-sh/uv:0.9.18

FROM $UV_IMAGE AS uv

FROM $BASE_IMAGE AS packages
# The time of the commit: repro-gate gives it, and docker build takes it by --build-arg. Tools use it in place of the clock.
ARG SOURCE_DATE_EPOCH
ENV UV_LINK_MODE=copy \
    UV_NO_CACHE=1 \
    UV_PYTHON_DOWNLOADS=never
COPY --from=uv /uv /usr/local/bin/uv
WORKDIR /app
# uv checks each package against its hash in uv.lock.
COPY --chmod=0644 pyproject.toml uv.lock ./
RUN uv sync --locked --no-dev --no-install-workspace

FROM $BASE_IMAGE
ENV TZ=UTC \
    LANG=C.UTF-8 \
    LC_ALL=C.UTF-8 \
    PATH=/app/.venv/bin:$PATH \
    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
WORKDIR /app
COPY --from=packages /app/.venv ./.venv
# --chmod: the same permissions from every checkout.
COPY --chmod=u=rwX,go=rX . .
# Not root; a number, because a name may get another one tomorrow.
USER 10001:10001
${startOf(project)}
`,
  }),
}
