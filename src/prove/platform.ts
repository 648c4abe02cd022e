import type { BuildFailure, Side, SideBuild } from '../build/build.ts'
import type { Builder } from '../build/builder.ts'
import { isSameMachine, runsPlatform } from '../build/runnable.ts'
import type { Dockerfile, Instruction, Stage } from '../dockerfile/dockerfile.ts'
import { reachableStages } from '../dockerfile/reachable.ts'
import { expand, scopeBefore } from '../dockerfile/scope.ts'
import { findNamed, stageEdges } from '../dockerfile/stage.ts'
import { platformNamed } from '../image-stores/platform-name.ts'

/** A build as far as its platforms go. */
export interface PlatformBuild {
  dockerfile: Dockerfile
  target: string | undefined
  buildArgs: Record<string, string>
  /** Asked for: `linux/arm64`. */
  platform: string
  builders: Readonly<Record<Side, Builder>>
}

/** A RUN that a side's builder has no way to run: told before anything is built. */
export function missingEmulator(build: PlatformBuild, side: Side): BuildFailure | null {
  const { builders } = build
  for (const { run, platform } of runsOf(build)) {
    if (runsPlatform(builders[side], platform) !== 'not') continue
    const all = [...new Set((builders[side].machines ?? []).flat())].join(', ')
    return {
      ...{ side, step: null, line: run.line, endLine: run.endLine, logTail: [] },
      message: `This RUN is for ${platform}, and the builder of side ${side} has neither such a machine nor an emulator for it (it has: ${all}). Add a step with docker/setup-qemu-action before the builder is made (elsewhere: docker run --privileged --rm tonistiigi/binfmt --install ${platform.split('/')[1]}), name a builder that has a machine of this kind, or write FROM --platform=$BUILDPLATFORM for a stage that only makes files.`,
    }
  }
  return null
}

/** Said before building and in the report: an emulator takes many times as long. */
export function emulationNotes(build: PlatformBuild): string[] {
  const slow = runsOf(build).find(({ platform }) =>
    Object.values(build.builders).some(builder => runsPlatform(builder, platform) === 'emulated'),
  )
  return slow === undefined
    ? []
    : [
        `${slow.platform} is emulated on this builder: what RUN does takes about 5 to 20 times as long as on such a machine. A builder with one (docker buildx create --append, or a runner of that kind) is as fast as any.`,
      ]
}

/** BuildKit writes the platform that was asked for into the image, whatever its base is made of. */
export function platformDoubts(build: PlatformBuild, a: SideBuild, b: SideBuild): string[] {
  const { dockerfile, target, buildArgs, platform } = build
  const wrong = [a, b].find(side => !isSameMachine(platformNamed(side.platform), platformNamed(platform)))
  if (wrong) return [`${platform} was asked for, and build ${wrong.side} gave an image for ${wrong.platform}.`]
  const stage = target ? findNamed(dockerfile, target, Number.POSITIVE_INFINITY) : dockerfile.stages.at(-1)
  const root = stage && rootOf(dockerfile, stage, buildArgs)
  if (!root) return []
  const fixed = platformOf(root, build)
  if (fixed !== null && root.base?.raw !== 'scratch' && !isSameMachine(fixed, platformNamed(platform)))
    return [
      `${platform} was asked for, but line ${root.from.line} builds the image on a base for ${fixed}: the image says ${platform}, and its programs do not run there. Leave --platform out of that FROM, or ask for ${fixed}.`,
    ]
  return mistakenBase([...(a.warnings ?? []), ...(b.warnings ?? [])], root, platform)
}

/** What BuildKit itself warns of, for the base of the image; what a stage of tools is built on is its own affair. */
function mistakenBase(warnings: readonly string[], { from }: Stage, platform: string): string[] {
  for (const warning of warnings) {
    const found =
      /^InvalidBaseImagePlatform: Base image (\S+) was pulled with platform "([^"]{1,60})", expected "[^"]{1,60}" for current build \(line (\d+)\)/.exec(
        warning,
      )
    const [, name, got, line] = found ?? []
    if (Number(line) >= from.line && Number(line) <= from.endLine)
      return [
        `${platform} was asked for, but the base image '${name}' (line ${line}) is there for ${got} only: the image says ${platform}, and its programs do not run there. Take a base that is made for ${platform}, or ask for ${got}.`,
      ]
  }
  return []
}

/** Every RUN of the build, with the platform that its stage is for; stages whose platform cannot be known are left out. */
function runsOf(build: PlatformBuild): { run: Instruction; platform: string }[] {
  const { dockerfile, target, buildArgs, platform: asked } = build
  const reached = reachableStages(dockerfile, target || undefined, buildArgs)
  return dockerfile.stages.flatMap(stage => {
    const run = stage.instructions.find(({ keyword }) => keyword === 'RUN')
    if (run === undefined || !reached.has(stage.index)) return []
    const root = rootOf(dockerfile, stage, buildArgs)
    const platform = root.platform === null ? platformNamed(asked) : platformOf(root, build)
    return platform === null ? [] : [{ run, platform }]
  })
}

/** The stage that begins with an image from outside; BuildKit takes the platform from there. */
function rootOf(dockerfile: Dockerfile, stage: Stage, buildArgs: Record<string, string>): Stage {
  let root = stage
  for (let hops = 0; hops <= dockerfile.stages.length; hops++) {
    const base = stageEdges(dockerfile, root, buildArgs).find(({ kind }) => kind === 'from')?.target
    if (!base) return root
    root = base
  }
  return root
}

/** What the stage's own `--platform` says; null when it says nothing, or nothing that can be known. */
function platformOf(stage: Stage, { dockerfile, buildArgs, platform, builders }: PlatformBuild): string | null {
  if (stage.platform === null) return null
  const known = { ...argumentsFor('TARGET', platform), ...argumentsFor('BUILD', builders.A.platform), ...buildArgs }
  const { value, resolved } = expand(stage.platform, scopeBefore(dockerfile, stage.from, known), dockerfile.escape)
  return resolved && value !== '' ? platformNamed(value) : null
}

function argumentsFor(prefix: 'TARGET' | 'BUILD', platform: string): Record<string, string> {
  const [os = '', cpu = '', variant = ''] = platform.split('/')
  return {
    [`${prefix}PLATFORM`]: platform,
    [`${prefix}OS`]: os,
    [`${prefix}ARCH`]: cpu,
    [`${prefix}VARIANT`]: variant,
  }
}
