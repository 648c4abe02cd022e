import type { Stage } from '../../dockerfile/dockerfile.ts'
import { expand, scopeBefore } from '../../dockerfile/scope.ts'
import { imagesUsed } from '../image-use.ts'
import type { Draft, Rule } from '../rule.ts'
import type { StageView, View } from '../view.ts'
import { quote } from '../wording.ts'

export const platformNotFixed: Rule = {
  id: 'RG106',
  title: 'Platform left to the machine, or not the one asked for',
  level: 'notice',
  class: 'machine',
  on: false,
  check: view => [...view.stages.flatMap(stage => otherPlatform(view, stage)), ...noPlatform(view)],
}

/** A stage that always takes one platform, in a build for another one. */
function otherPlatform(view: View, { stage, steps }: StageView): Draft[] {
  const fixed = platformOf(view, stage)
  const flag = stage.from.flags.find(({ name }) => name === 'platform')
  if (fixed === null || flag === undefined || steps.length === 0) return []
  const others = view.platforms.filter(asked => !isSame(asked, fixed))
  // A stage named for its platform is chosen by it.
  const arch = fixed.split('/')[1] ?? ''
  if (others.length === 0 || (arch !== '' && stage.name?.includes(arch.toLowerCase()))) return []
  return [
    {
      range: flag.valueRange ?? flag.range,
      message: `This stage is always built for ${quote(fixed)}, though the build is for ${others.slice(0, 5).map(quoted).join(', ')}: what it makes runs by emulation or not at all there, and what comes from it into the image is of another machine.`,
      fix: {
        text: 'Leave --platform out, or write `--platform=$BUILDPLATFORM` for a stage of tools that run while building.',
      },
    },
  ]
}

const quoted = (text: string): string => quote(text)

/** The image's own base, when neither the build nor the Dockerfile says which platform it is for. */
function noPlatform(view: View): Draft[] {
  if (view.platforms.length > 0) return []
  // The last of the stages that come whole into the image is the target.
  let root = view.stages.findLast(({ reach }) => reach.whole)
  const named: boolean[] = []
  while (root !== undefined) {
    named.push(root.stage.platform !== null)
    if (root.parent === null) break
    root = root.parent
  }
  const use = imagesUsed(view).find(({ range }) => range.start === root?.stage.base?.range.start)
  if (root === undefined || root.windows || named.includes(true) || use === undefined || namesPlatform(use.text))
    return []
  return [
    {
      range: use.range,
      message: `Neither the build nor this FROM says for which platform: ${quote(use.text)} is then taken for whatever machine builds, and a build on an ARM laptop is another image than one on an x86 server, by digest and by every compiled file.`,
      fix: {
        text: 'Build with --platform (input platforms), or write it here where the image is for one platform only.',
        snippet: 'docker buildx build --platform linux/amd64 .',
      },
    },
  ]
}

/** `--platform` with a value that no build changes; null for none, and for one made of platform arguments. */
function platformOf({ dockerfile, buildArgs }: View, stage: Stage): string | null {
  if (stage.platform === null) return null
  const { value, resolved } = expand(stage.platform, scopeBefore(dockerfile, stage.from, buildArgs), dockerfile.escape)
  return resolved && /^\w+\/\w+(\/\w+)?$/.test(value) ? value : null
}

/** `linux/arm64/v8` is `linux/arm64`. */
const isSame = (a: string, b: string): boolean => plain(a) === plain(b)
const plain = (platform: string): string => platform.toLowerCase().replace('arm64/v8', 'arm64')

/** `arm64v8/debian:12`, `app:1.0-amd64`: the image is of one platform by its name. */
const namesPlatform = (text: string): boolean =>
  /(?:^|[/:_.-])(?:amd64|x86[-_]64|i386|386|arm64(?:v8)?|aarch64|arm(?:32)?v[567]|armhf|ppc64le|s390x|riscv64)(?:$|[/:_.@-])/.test(
    text.toLowerCase(),
  )
