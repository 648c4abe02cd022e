import { bulkOf } from '../context/bulk.ts'
import type { ContextFiles } from '../context/context.ts'
import { type ContextSource, contextSources, pathsIn } from '../context/context-source.ts'
import { ignoreEdit, isUnneeded } from '../context/ignore-edit.ts'
import { carriesOf } from '../reach.ts'
import type { Draft, Rule } from '../rule.ts'
import type { View } from '../view.ts'
import { quote } from '../wording.ts'

export const dockerignoreMissing: Rule = {
  id: 'RG601',
  title: 'No .dockerignore',
  level: 'warning',
  class: 'machine',
  on: true,
  needsContext: true,
  check: view => {
    if (view.context === null || view.ignoreFile !== null) return []
    const sources = view.steps.flatMap(step => contextSources(view, step))
    const broad = sources.filter(source => source.excludes.patterns.length === 0 && pathsIn(view, source) !== null)
    const source = broad.find(isWorst) ?? broad[0]
    return source === undefined ? [] : [draftOf(view, view.context, source)]
  },
}

/** All of the context, into a stage that is shipped. */
const isWorst = (source: ContextSource): boolean =>
  source.path === '' && (source.target === null || carriesOf(source.step.stage.reach, source.target))

/** No build asks for these; what else the snippet names its author must agree to. */
const useless = ['.git', '**/__pycache__', '**/*.pyc', '**/.ipynb_checkpoints', '**/.pytest_cache', '**/.DS_Store']

function draftOf(view: View, context: ContextFiles, source: ContextSource): Draft {
  const bulk = bulkOf(pathsIn(view, source) ?? [], context)
  return {
    range: source.range,
    level: isWorst(source) ? 'warning' : 'notice',
    message: `${quote(`${source.step.instruction.keyword} ${source.text}`)} takes ${source.path === '' ? 'the whole build context' : 'a whole folder'} (here ${bulk}), and there is no .dockerignore: whatever lies there on the machine that builds (Git's data, caches, logs, local settings) goes into the image, and differs on the next machine.`,
    fix: {
      text: 'Put a .dockerignore into the root of the build context.',
      snippet: '.git\n.venv\n**/__pycache__\n**/*.pyc\n**/.DS_Store\n**/.pytest_cache\n**/node_modules\n*.log\n.env\n',
    },
    edits: ignoreEdit(
      view,
      useless.filter(pattern => isUnneeded(view, pattern)),
    ),
  }
}
