import type { Range } from '../../dockerfile/dockerfile.ts'
import { parseReference } from '../../dockerfile/reference.ts'
import type { Draft, Rule } from '../rule.ts'
import type { SourceFile, View } from '../view.ts'
import { quote } from '../wording.ts'
import { type Placed, stepsOf, type WorkflowStep } from '../workflow.ts'
import { buildsOf, type WorkflowBuild } from '../workflow-build.ts'

export const workflowBuild: Rule = {
  id: 'RG801',
  title: 'Workflow that builds another image each time',
  level: 'warning',
  class: 'now',
  on: false,
  check: view => view.workflows.flatMap(source => checkWorkflow(view, source)),
}

function checkWorkflow(view: View, source: SourceFile): Draft[] {
  const { from } = view.stages.at(-1)?.stage ?? {}
  const range = from?.range ?? { start: 0, end: 0 }
  return stepsOf(source).flatMap(step => [
    ...buildsOf(step)
      .filter(build => isOf(view, source, build))
      .flatMap(build => checkBuild(build, range)),
    ...checkBuilder(step, range),
  ])
}

function checkBuild(build: WorkflowBuild, range: Range): Draft[] {
  const reasons = [
    ...(build.provenanceSaid
      ? []
      : [
          'Docker adds provenance by default, which tells of this one run, so the digest that is pushed is a new one each time',
        ]),
    // A bake file may say both.
    ...(build.epoch || build.bake
      ? []
      : ['SOURCE_DATE_EPOCH is not given, so the time of the build is in the image config']),
    ...(build.rewritesTimes || build.bake
      ? []
      : ['the exporter is not told to rewrite the times of files (`rewrite-timestamp=true`)']),
  ]
  if (reasons.length === 0) return []
  return [
    {
      range,
      at: build.at,
      message: `${quote(build.by)} pushes an image here that no other run gives again: ${reasons.join('; ')}.`,
      fix: {
        text: "Set SOURCE_DATE_EPOCH to the commit's time, let the exporter rewrite the times, and attach provenance after the build (actions/attest-build-provenance) instead of inside it.",
        ...(build.bake ? {} : { snippet: build.by.startsWith('docker/') ? actionSnippet : commandSnippet }),
      },
      ...(build.bake ? { confidence: 'likely' as const } : {}),
      count: reasons.length,
    },
  ]
}

const actionSnippet = `- run: echo "SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)" >> "$GITHUB_ENV"
- uses: docker/build-push-action@v6
  with:
    provenance: false
    outputs: type=image,push=true,rewrite-timestamp=true`

const commandSnippet = `export SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
docker buildx build --provenance=false --output type=image,push=true,rewrite-timestamp=true`

/** BuildKit itself decides about digests: another version may pack the same files in another way. */
function checkBuilder({ uses, run, with: inputs }: WorkflowStep, range: Range): Draft[] {
  const options = uses?.text.startsWith('docker/setup-buildx-action@') ? inputs.get('driver-opts') : undefined
  const creates = run !== null && /\bbuildx\s+create\b/.test(run.text) ? run : undefined
  return [options, creates].flatMap(placed => (placed === undefined ? [] : unpinnedBuilders(placed, range)))
}

function unpinnedBuilders(placed: Placed, range: Range): Draft[] {
  const images = [...placed.text.matchAll(/\bimage=["']?([^\s"',]*moby\/buildkit[^\s"',]*)/g)].map(
    ([, image]) => image ?? '',
  )
  return [...new Set(images)].flatMap(image => {
    const reference = parseReference(image)
    if (reference === null || reference.digest !== null || image.includes('$')) return []
    if (/^v?\d+\.\d+\.\d+/.test(reference.tag ?? '')) return []
    return [
      {
        range,
        at: placed.placeOf(image),
        message: `${quote(image)} is another BuildKit with every release, and BuildKit decides how layers are packed: the same files may then have another digest.`,
        fix: { text: 'Name a whole version, or the digest.', snippet: 'image=moby/buildkit:v0.26.2' },
      },
    ]
  })
}

/** Whether a build is of this Dockerfile; one whose path is an expression may be. */
function isOf({ dockerfile }: View, source: SourceFile, { file, context, bake }: WorkflowBuild): boolean {
  const folder = context === null || /^(?:https?|git|ssh):|^git@/.test(context) ? '.' : context
  const path = file ?? `${folder}/Dockerfile`
  if (bake || path.includes('$')) return true
  const root = source.file.replace(/\.github\/workflows\/[^/]*$/, '')
  const [ours, theirs] = [plain(dockerfile.file), plain(path)]
  const sameRoot = root.startsWith('/') === dockerfile.file.startsWith('/')
  return sameRoot ? ours === plain(`${root}${path}`) : ours.split('/').at(-1) === theirs.split('/').at(-1)
}

const plain = (path: string): string =>
  path
    .split('/')
    .filter(part => part !== '' && part !== '.')
    .join('/')
