import type { Mount } from '../../dockerfile/mounts.ts'
import { purposesOf } from '../commands/purpose.ts'
import { absolute, isWithin } from '../reach.ts'
import type { Draft, Rule } from '../rule.ts'
import { codeOf, type Step, type View, valueAt } from '../view.ts'
import { quote } from '../wording.ts'

export const cacheMountLeak: Rule = {
  id: 'RG703',
  title: 'Cache mount where the image needs the files',
  level: 'warning',
  class: 'machine',
  on: false,
  check: view => view.steps.flatMap(step => step.mounts.flatMap(mount => checkMount(view, step, mount))),
}

/** What package managers only fetch into: never part of an image. */
const caches =
  /\/\.?cache(\/|$)|^\/var\/(cache|lib\/apt)(\/|$)|\/\.(npm|yarn|m2|gradle|nuget|ivy2|sbt|bun|ccache|composer|cargo|rustup|pnpm-store)(\/|$)|\/go\/pkg(\/|$)|\/(pnpm|yarn)\/|\/cargo\/(registry|git)|\/conda\/pkgs|ccache|^\/tmp(\/|$)/

/** Where installers put what programs need at run time. */
const prefixes =
  /\/(\.?venv|env|site-packages|dist-packages|node_modules|vendor)$|^\/(usr\/local|opt\/conda|opt\/venv)$/

function checkMount(view: View, step: Step, mount: Mount): Draft[] {
  const written = mount.options.target
  if (mount.type !== 'cache' || written === undefined) return []
  const known = valueAt(view, step, written)
  if (known === null) return []
  const target = absolute(known)
  if (isAptCache(target)) return sharesApt(step, mount, target)
  if (caches.test(target)) return []
  const user = laterUse(view, step, target)
  if (user === null && !(prefixes.test(target) && isInstalledHere(view, step) && !isCopiedOut(view, step, target)))
    return []
  const needs =
    user === null
      ? 'and programs need what is installed there'
      : `and the ${quote(user)} after it needs files from there`
  return [
    {
      range: mount.range,
      message: `${quote(target)} is a cache here: what this RUN puts there is in no layer of the image, ${needs}. What a later step finds hangs on the cache of the machine that builds.`,
      fix: {
        text: 'Mount only the folder of what is downloaded (`/root/.cache/pip`, `/root/.npm`, `/usr/local/cargo/registry`), or copy the result to a folder outside of the mount in the same RUN.',
      },
    },
  ]
}

const isInstalledHere = (view: View, step: Step): boolean =>
  [...purposesOf(view, step).values()].some(purpose => purpose === 'install' || purpose === 'build') ||
  step.script.commands.some(({ words }) => words.some(({ value }) => value === 'venv'))

const isAptCache = (target: string): boolean => /^\/var\/(cache\/apt|lib\/apt)(\/|$)/.test(target)

function sharesApt(step: Step, { options, range }: Mount, target: string): Draft[] {
  if (options.sharing !== undefined && options.sharing !== 'shared') return []
  if (target !== '/var/cache/apt' || !step.script.commands.some(({ name }) => /^apt(-get|itude)?$/.test(name)))
    return []
  return [
    {
      range,
      level: 'notice',
      message: `Several builds may use the cache in ${quote(target)} at the same time, and apt wants it for itself: one of them fails, or waits.`,
      fix: { text: 'Add `sharing=locked` to the mount.' },
    },
  ]
}

/** Steps after the RUN that are looked at. */
const farthest = 200

const copiesIn = (steps: Step[]): Step[] =>
  steps.filter(({ instruction }) => instruction.keyword === 'COPY').slice(0, farthest)

/** The keyword of an instruction that names a file in the folder and does not mount it as well. */
function laterUse(view: View, step: Step, target: string): string | null {
  for (const stage of view.stages) {
    const own = stage === step.stage
    for (const other of own ? stage.steps.slice(step.index + 1, step.index + 1 + farthest) : copiesIn(stage.steps)) {
      const { instruction } = other
      const copies =
        instruction.keyword === 'COPY' &&
        stage.edges.some(({ instruction: by, target: from }) => by === instruction && from === step.stage.stage)
      if (copies && instruction.words.slice(0, -1).some(({ raw }) => isWithin(absolute(raw), target))) return 'COPY'
      if (!own || !/^(RUN|CMD|ENTRYPOINT)$/.test(instruction.keyword)) continue
      if (
        other.mounts.some(({ options }) => options.target !== undefined && isWithin(target, absolute(options.target)))
      )
        continue
      if (names(codeOf(view, instruction), target)) return instruction.keyword
    }
  }
  return null
}

/** Whether a text names the folder or a file in it, as a path of its own. */
const names = (text: string, folder: string): boolean => {
  for (let at = text.indexOf(folder); at >= 0; at = text.indexOf(folder, at + 1)) {
    const before = text[at - 1] ?? ' '
    const after = text[at + folder.length] ?? ' '
    if (/[\s"'=:;(]/.test(before) && /[\s"'/:;)]/.test(after)) return true
  }
  return false
}

/** A command of the RUN takes something out of the folder. */
const isCopiedOut = (view: View, step: Step, target: string): boolean =>
  step.script.commands.some(
    ({ name, words }) =>
      /^(cp|mv|install|rsync|tar|ln)$/.test(name) &&
      words.some(
        ({ value }) =>
          value !== null && (isWithin(absolute(value), target) || target.endsWith(`/${value.split('/')[0]}`)),
      ),
  ) || /\bcp\b|\brsync\b/.test(codeOf(view, step.instruction))
