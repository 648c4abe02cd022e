import type { Stack } from '../stack.ts'

/** What nothing is known of: the frame that every image has. */
export const plain: Stack = {
  id: 'plain',
  title: 'none that is known here, so a frame for any',
  signs: [],
  reads: [],
  template: () => ({
    ignored: [],
    first: [
      'Write into the Dockerfile what your image needs: each download with its checksum, each package with its version',
    ],
    dockerfile: String.raw`# The base image, by its digest: one place to change it.
ARG BASE_IMAGE=debian:bookworm-slim

FROM $BASE_IMAGE
# The time of the commit: repro-gate gives it, and docker build takes it by --build-arg. Tools use it in place of the clock.
ARG SOURCE_DATE_EPOCH
ENV TZ=UTC \
    LANG=C.UTF-8 \
    LC_ALL=C.UTF-8
WORKDIR /app
# --chmod: the same permissions from every checkout.
COPY --chmod=u=rwX,go=rX . .
# Not root; a number, because a name may get another one tomorrow.
USER 10001:10001
# What the image runs: change this.
CMD ["sh"]
`,
  }),
}
