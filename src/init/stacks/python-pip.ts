import type { Project } from '../project.ts'
import type { Stack, Template } from '../stack.ts'
import { ignoredOfPython, isHashed, pythonImage, pythonVersion, readsOfPython, startOf } from './python.ts'

export const pythonPip: Stack = {
  id: 'python-pip',
  title: 'Python with pip',
  signs: ['requirements.lock', 'requirements.txt', 'setup.py', 'pyproject.toml'],
  reads: readsOfPython,
  template: project => pipTemplate(project, howToLock(project)),
}

/** Where the hashed requirements are, and what makes them where they are not. */
export interface Locked {
  lock: string
  first: readonly string[]
}

export function howToLock(project: Project): Locked {
  if (isHashed(project.text('requirements.lock'))) return { lock: 'requirements.lock', first: [] }
  if (isHashed(project.text('requirements.txt'))) return { lock: 'requirements.txt', first: [] }
  // Another version may need other packages, which would then have no hash in the image.
  const version = pythonVersion(project)
  const from = ['requirements.in', 'requirements.txt', 'pyproject.toml', 'setup.py'].find(project.has)
  return {
    lock: 'requirements.lock',
    first: [
      `Lock every package with its version and hash: \`uv pip compile --python-version ${version} --generate-hashes ${from ?? 'requirements.txt'} -o requirements.lock\` (or pip-compile, with Python ${version} itself)`,
    ],
  }
}

/** @param more lines of the final stage's ENV, each ending in a continuation */
export const pipTemplate = (project: Project, { lock, first }: Locked, more = ''): Template => ({
  ignored: ignoredOfPython,
  first,
  dockerfile: String.raw`# The base image, by its digest: one place to change it.
ARG BASE_IMAGE=${pythonImage(project)}

FROM $BASE_IMAGE
# The time of the commit: repro-gate gives it, and docker build takes it by --build-arg. Tools use it in place of the clock.
ARG SOURCE_DATE_EPOCH
ENV TZ=UTC \
    LANG=C.UTF-8 \
    LC_ALL=C.UTF-8 \
${more}    PYTHONDONTWRITEBYTECODE=1 \
    PYTHONUNBUFFERED=1
WORKDIR /app
# Packages first: they change less often than the code. Each is checked against its hash.
COPY --chmod=0644 ${lock} ./
RUN pip install --no-cache-dir --no-compile --disable-pip-version-check --require-hashes -r ${lock}
# --chmod: the same permissions from every checkout.
COPY --chmod=u=rwX,go=rX . .
# Not root; a number, because a name may get another one tomorrow.
USER 10001:10001
${startOf(project)}
`,
})
