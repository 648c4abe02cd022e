import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, parseDocument } from 'yaml'
import { optionKeys, parseConfig } from '../../src/options/config.ts'
import { givenInputs } from '../../src/options/inputs.ts'
import { checkOptions, modeIn } from '../../src/options/options.ts'
import { composeTargets } from '../../src/subjects/compose.ts'
import { workflowProblems } from '../github-language.ts'
import { root } from './pages.ts'

type Fields = Record<string, unknown>

const ofConfig = [...optionKeys, 'rules', 'ignores', 'files', 'hadolint-ignores']
/** Files of other programs: what is theirs is read as YAML, and no further. */
const foreign: readonly (readonly string[])[] = [
  ['apiVersion', 'kind'],
  ['repos'],
  ['updates', 'version'],
  ['channels', 'dependencies'],
]

/** What is wrong with YAML of a page, by what it is: a workflow or a part of one, our configuration, a compose file. */
export async function yamlProblems(text: string): Promise<string[]> {
  const document = parseDocument(text, { uniqueKeys: true })
  if (document.errors.length > 0) return document.errors.map(({ message }) => message)
  const value = document.toJS() as unknown
  const workflow = workflowOf(text, value)
  if (workflow !== null)
    return [
      ...(await workflowProblems(workflow)).map(({ line, message }) => `line ${line} of the workflow: ${message}`),
      ...inputProblems(workflow),
    ]
  const keys = Object.keys(Object(value))
  if (keys.length > 0 && keys.every(key => ofConfig.includes(key))) return thrown(() => parseConfig(text, 'block'))
  if (keys.includes('services')) return composeTargets(text).problems
  if (foreign.some(theirs => theirs.every(key => keys.includes(key)))) return []
  return [`nobody knows what this is, by its keys: ${keys.join(', ') || String(value)}`]
}

/** The whole workflow that a part belongs to; null for what is no part of one. */
function workflowOf(text: string, value: unknown): string | null {
  const job = (steps: string) =>
    `on: push\njobs:\n  job:\n    runs-on: ubuntu-24.04\n    steps:\n${steps.replace(/^(?=.)/gm, '      ')}`
  if (Array.isArray(value)) return value.every(isStep) ? job(withGate(text.replace(/^ {6}/gm, ''))) : null
  const keys = Object.keys(Object(value))
  if (keys.includes('jobs')) return keys.includes('on') ? text : `on: push\n${text}`
  if (keys.length !== 1) return null
  if (keys[0] === 'steps') return job(text.replace(/^\s*steps:\n/, '').replace(/^ {2}/gm, ''))
  if (keys[0] === 'with') return job(`- uses: repro-gate/repro-gate@v0\n${text.replace(/^(?=.)/gm, '  ')}`)
  if (keys[0] === 'on' || keys[0] === 'permissions')
    return `${keys[0] === 'on' ? '' : 'on: push\n'}${text}jobs:\n  job:\n    runs-on: ubuntu-24.04\n    steps: [{ run: ':' }]\n`
  return null
}

/** Steps that come after a gate name it. */
const withGate = (steps: string): string =>
  steps.includes('steps.gate.') && !steps.includes('id: gate')
    ? `- id: gate\n  uses: repro-gate/repro-gate@v0\n${steps}`
    : steps

const isStep = (one: unknown): boolean => ['uses', 'run'].some(key => key in Object(one))

const isOurs = ({ uses }: Fields): boolean => /^(repro-gate\/repro-gate@|\.\/$)/.test(String(uses))
const outputs = Object.keys(parse(readFileSync(join(root, 'action.yml'), 'utf8')).outputs)

/** GitHub's service knows our inputs' names, and neither which values they take nor our outputs. */
function inputProblems(workflow: string): string[] {
  const { jobs = {} } = parse(workflow) as { jobs?: Record<string, { steps?: Fields[] }> }
  const ours = Object.values(jobs).flatMap(({ steps = [] }) => steps.filter(isOurs))
  const ids = ours.map(({ id }) => id)
  const asked = [...workflow.matchAll(/\bsteps\.([\w-]+)\.outputs\.([\w-]+)/g)]
  return [
    ...ours.flatMap(({ with: inputs }) =>
      thrown(() => {
        const valueGiven = (name: string) => String((inputs as Fields | undefined)?.[name] ?? '')
        const given = givenInputs(name => valueGiven(name).replace(/\$\{\{[^}]*\}\}/g, 'x'))
        checkOptions(modeIn(given), given, { GITHUB_ACTIONS: 'true' })
      }),
    ),
    ...asked
      .filter(([, id, output = '']) => ids.includes(id) && !outputs.includes(output))
      .map(([, , output]) => `there is no output '${output}'`),
  ]
}

export function thrown(act: () => unknown): string[] {
  try {
    act()
    return []
  } catch (error) {
    return [(error as Error).message]
  }
}
