import { found, silent } from '../cases.ts'

const digest = `sha256:${'4f'.repeat(32)}`
const pinned = `debian@${digest}`

export const cases = {
  found: [
    found('no platform anywhere', 'FROM «debian:12»\n', { level: 'notice', class: 'machine', says: /ARM laptop/ }),
    found('a digest, which is of an index', `FROM «${pinned}»\n`),
    found(
      'the stage the image comes from',
      `FROM golang@${digest} AS build\nFROM «${pinned}»\nCOPY --from=build /x /x\n`,
    ),
    found('the root of a chain of stages', `FROM «${pinned}» AS base\nFROM base AS deps\nFROM deps\n`),
    found('an argument for the name', 'ARG V=12\nFROM «debian:$V»\n'),
    found('the stage asked for', `FROM «${pinned}» AS a\nFROM --platform=linux/amd64 ${pinned} AS b\n`, {
      target: 'a',
    }),
    found('another platform than the build', `FROM --platform=«linux/amd64» ${pinned}\nRUN make\n`, {
      platforms: ['linux/arm64'],
      says: /always built for `linux\/amd64`, though the build is for `linux\/arm64`/,
    }),
    found('one of two platforms', `FROM --platform=«linux/amd64» ${pinned}\nRUN make\n`, {
      platforms: ['linux/amd64', 'linux/arm64'],
    }),
    found(
      'a builder stage',
      `FROM --platform=«linux/amd64» ${pinned} AS build\nRUN make\nFROM ${pinned}\nCOPY --from=build /x /x\n`,
      {
        platforms: ['linux/arm64'],
      },
    ),
    found('another platform by argument', `ARG P=linux/amd64\nFROM --platform=«$P» ${pinned}\nRUN make\n`, {
      platforms: ['linux/arm64'],
    }),
    found('another variant', `FROM --platform=«linux/arm/v6» ${pinned}\nRUN make\n`, { platforms: ['linux/arm/v7'] }),
  ],
  silent: [
    silent('the build says', `FROM ${pinned}\n`, { platforms: ['linux/amd64'] }),
    silent('the Dockerfile says', `FROM --platform=linux/amd64 ${pinned}\n`),
    silent('a stage below says', `FROM --platform=linux/amd64 ${pinned} AS base\nFROM base\n`),
    silent('the same platform', `FROM --platform=linux/amd64 ${pinned}\nRUN make\n`, { platforms: ['linux/amd64'] }),
    silent('the same by another name', `FROM --platform=linux/arm64/v8 ${pinned}\nRUN make\n`, {
      platforms: ['linux/arm64'],
    }),
    silent('the platform of the build', `FROM --platform=$BUILDPLATFORM ${pinned}\nRUN make\n`, {
      platforms: ['linux/arm64'],
    }),
    silent('the platform built for', `FROM --platform=$TARGETPLATFORM ${pinned}\nRUN make\n`, {
      platforms: ['linux/arm64'],
    }),
    silent(
      'a stage named for its platform',
      `FROM --platform=linux/amd64 ${pinned} AS base-amd64\nRUN make\nFROM ${pinned}\nCOPY --from=base-amd64 /x /x\n`,
      {
        platforms: ['linux/arm64'],
      },
    ),
    silent('scratch', 'FROM scratch\nCOPY x /x\n'),
    silent('scratch above builders', `FROM golang@${digest} AS build\nFROM scratch\nCOPY --from=build /x /x\n`),
    silent('an image of one platform', `FROM arm64v8/debian@${digest}\n`),
    silent('a tag of one platform', 'FROM o/app:1.2-linux-amd64\n'),
    silent('a Windows image', `FROM mcr.microsoft.com/windows/nanoserver@${digest}\n`),
    silent('a base that nobody knows', 'ARG BASE\nFROM $BASE\n'),
    silent(
      'a stage that the target does not need',
      `FROM --platform=linux/amd64 ${pinned} AS old\nRUN make\nFROM ${pinned}\n`,
      {
        platforms: ['linux/arm64'],
      },
    ),
    silent(
      'a base whose files are only copied',
      `FROM --platform=linux/amd64 ${pinned} AS files\nFROM ${pinned}\nCOPY --from=files /etc/x /x\n`,
      {
        platforms: ['linux/arm64'],
      },
    ),
  ],
}
