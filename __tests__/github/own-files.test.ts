// What .github/ holds, and the metadata of the action, as GitHub reads them: a file that GitHub does not understand is silently gone.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { parse, parseDocument } from 'yaml'
import { actionProblems, workflowProblems } from '../github-language.ts'

const root = join(import.meta.dirname, '../..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const files = (folder: string): string[] => readdirSync(join(root, folder)).map(name => `${folder}/${name}`)
const own = files('.github/workflows')
const templates = files('.github/ISSUE_TEMPLATE').filter(path => !path.endsWith('config.yml'))

interface Workflow {
  permissions: unknown
  concurrency?: unknown
  jobs: Record<
    string,
    {
      name?: string
      uses?: string
      permissions?: Record<string, string>
      'timeout-minutes'?: unknown
      steps?: { uses?: string; with?: Record<string, unknown> }[]
    }
  >
}
const jobsIn = (path: string) => Object.values((parse(read(path)) as Workflow).jobs)

describe.each([...own, ...files('examples/workflows')])('%s', path => {
  test("is valid by GitHub's own language service", async () => {
    expect(await workflowProblems(read(path))).toEqual([])
  })

  test('pins what others made by commit, and says which version that is', () => {
    const uses = [...read(path).matchAll(/^\s*(?:- )?uses: (.*)$/gm)].map(([, text = '']) => text)
    const pinned = /^[\w.-]+\/[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/
    expect(uses.filter(text => !/^(?:\.\/|repro-gate\/)/.test(text) && !pinned.test(text))).toEqual([])
  })
})

describe.each(own)('%s', path => {
  test('gives no right but those a job asks for, and ends by itself', () => {
    expect((parse(read(path)) as Workflow).permissions).toEqual({})
    for (const job of jobsIn(path)) {
      expect(job.permissions).toBeDefined()
      if (job.uses === undefined) expect(job['timeout-minutes']).toBeTruthy()
    }
  })

  test('leaves no token behind in a checkout', () => {
    const steps = jobsIn(path).flatMap(({ steps = [] }) => steps)
    for (const step of steps)
      if (step.uses?.startsWith('actions/checkout@')) expect(step.with?.['persist-credentials']).toBe(false)
  })
})

test('one commit of an action everywhere', () => {
  const pins = new Map<string, Set<string>>()
  for (const path of [...own, ...files('examples/workflows')])
    for (const [, name = '', pin = ''] of read(path).matchAll(/uses: ([\w.-]+\/[\w.-]+)[\w./-]*@([0-9a-f]{40} # \S+)/g))
      pins.set(name, (pins.get(name) ?? new Set()).add(pin))
  expect([...pins].filter(([, { size }]) => size > 1)).toEqual([])
})

describe('action.yml', () => {
  const action = parse(read('action.yml')) as {
    name: string
    description: string
    branding: { icon: string; color: string }
    inputs: Record<string, { description: string }>
    outputs: Record<string, { description: string }>
  }

  test("is valid by GitHub's own language service", async () => {
    expect(await actionProblems(read('action.yml'))).toEqual([])
  })

  test('can be in the Marketplace: a short description, a colour and an icon that there are', () => {
    expect(action.description.length).toBeLessThanOrEqual(125)
    expect(['white', 'black', 'yellow', 'blue', 'green', 'orange', 'red', 'purple', 'gray-dark']).toContain(
      action.branding.color,
    )
    // Some of the Feather icons 4.28 that the Marketplace has.
    expect(['check-circle', 'check-square', 'shield', 'copy', 'repeat']).toContain(action.branding.icon)
  })

  test('has descriptions that an editor can show: a sentence or three, plain text, without a full stop of a table cell', () => {
    for (const [name, { description }] of Object.entries({ ...action.inputs, ...action.outputs })) {
      expect([name, description.length > 10 && description.length < 400]).toEqual([name, true])
      expect([name, description]).toEqual([name, expect.not.stringMatching(/\n|\.$|<\/?\w+>|\]\(/)])
    }
  })
})

describe.each(templates)('%s', path => {
  interface Field {
    type: string
    id?: string
    attributes: { label?: string; value?: string; options?: string[]; render?: string }
    validations?: { required: boolean }
  }
  const form = parseDocument(read(path), { uniqueKeys: true }).toJS() as {
    name: string
    description: string
    labels: string[]
    body: Field[]
  }

  test('is a form that GitHub shows', () => {
    expect(Object.keys(form).sort()).toEqual(['body', 'description', 'labels', 'name'])
    for (const { type, id, attributes, validations } of form.body) {
      expect(['markdown', 'textarea', 'input', 'dropdown', 'checkboxes']).toContain(type)
      if (type === 'markdown') {
        expect([attributes.value === undefined, id, validations]).toEqual([false, undefined, undefined])
        continue
      }
      expect(attributes.label).toMatch(/\S/)
      expect(id).toMatch(/^[a-z][\w-]*$/)
      if (type === 'dropdown') expect(new Set(attributes.options).size).toBe(attributes.options?.length)
    }
    const named = form.body.flatMap(({ id }) => id ?? [])
    expect(new Set(named).size).toBe(named.length)
    const labels = form.body.flatMap(({ attributes }) => attributes.label ?? [])
    expect(new Set(labels).size).toBe(labels.length)
    expect(form.body.some(({ validations }) => validations?.required)).toBe(true)
  })
})

test('the chooser and dependabot.yml are as GitHub asks for them', () => {
  const chooser = parse(read('.github/ISSUE_TEMPLATE/config.yml')) as { contact_links: Record<string, string>[] }
  for (const link of chooser.contact_links) {
    expect(Object.keys(link).sort()).toEqual(['about', 'name', 'url'])
    expect(link.url).toMatch(/^https:\/\/github\.com\/repro-gate\/repro-gate\//)
  }
  const bot = parse(read('.github/dependabot.yml')) as { version: number; updates: Record<string, unknown>[] }
  expect(bot.version).toBe(2)
  expect(bot.updates.map(update => update['package-ecosystem'])).toEqual(['npm', 'github-actions'])
  for (const update of bot.updates) expect(update).toMatchObject({ schedule: { interval: 'weekly' }, directory: '/' })
})

test('what the pages of the project point to is there', () => {
  for (const path of ['SECURITY.md', 'CODE_OF_CONDUCT.md', '.github/pull_request_template.md', 'docs/releasing.md'])
    for (const [, target = ''] of read(path).matchAll(/\]\((?!https?:|#)([^)#]+)/g))
      expect(() => read(join(path, '..', target))).not.toThrow()
})
