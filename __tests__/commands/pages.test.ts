import { describe, expect, test } from '@jest/globals'
import { pageOf, readPages } from '../../src/commands/pages.ts'
import { causes } from '../../src/explain/causes.ts'
import { rules } from '../../src/lint/rules.ts'
import { readCommandLine } from '../../src/options/flags.ts'
import { renderPage, renderPageList } from '../../src/report/page.ts'

const pages = await readPages()
const esc = String.fromCharCode(27)

describe('repro-gate explain', () => {
  test('has a page for every rule and every cause', () => {
    for (const { id, title } of rules) expect(pageOf(pages, id).title).toBe(title)
    for (const { id } of causes) expect(pageOf(pages, id).text.length).toBeGreaterThan(100)
    expect(pages.map(({ id }) => id)).not.toContain('README')
  })
  test('takes ids in any case', () => {
    expect(pageOf(pages, 'rg201').id).toBe('RG201')
    expect(pageOf(pages, 'PYC-timestamp').id).toBe('pyc-timestamp')
  })
  test("knows where Docker's own checks are explained", () => {
    expect(pageOf(pages, 'jsonargsrecommended').text).toContain('/reference/build-checks/json-args-recommended/')
    expect(pageOf(pages, 'UndefinedArgInFrom').text).toContain('/reference/build-checks/undefined-arg-in-from/')
  })
  test.each([
    ['RG2001', 'RG201'],
    ['RG20', 'RG201'],
    ['pyc-timestmp', 'pyc-timestamp'],
    ['timestamp', 'pyc-timestamp'],
    ['StageCasing', 'StageNameCasing'],
  ])('of %s it says what may be meant: %s', (asked, meant) => {
    expect(() => pageOf(pages, asked)).toThrow(new RegExp(`no page '${asked}'; did you mean [^?]*${meant}`))
  })
  test('of nonsense it makes no guess, and shows little of it', () => {
    expect(() => pageOf(pages, 'x'.repeat(10_000))).toThrow(/^there is no page 'x{60}'; repro-gate explain lists all/)
  })
  test('is a command of its own, of one id', () => {
    expect(readCommandLine(['explain'])).toEqual({ kind: 'explain', id: null, json: false })
    expect(readCommandLine(['explain', 'RG201', '--json'])).toEqual({ kind: 'explain', id: 'RG201', json: true })
    expect(() => readCommandLine(['explain', 'a', 'b'])).toThrow(/explain takes one id, and no 'b'/)
    expect(() => readCommandLine(['explain', '--jsn'])).toThrow(/--jsn is not a flag of explain; did you mean --json\?/)
    expect(readCommandLine(['explain', '--help'])).toEqual({ kind: 'help', command: 'explain' })
    expect(readCommandLine(['help', 'explain'])).toEqual({ kind: 'help', command: 'explain' })
  })
})

const markdown = `# RG1: Title

Text with \`some code\`, **bold** and [a page](RG2.md) or [another](https://a.example/x).

## Bad

\`\`\`dockerfile
# a comment
RUN x
\`\`\`

- a point that is long enough to be broken into two lines of text
`

describe('a page in a terminal', () => {
  test('is plain text where there are no colours', () => {
    expect(renderPage(markdown, { colour: false, width: 50 })).toBe(`RG1: Title

Text with \`some code\`, **bold** and a page or
another (https://a.example/x).

Bad

    # a comment
    RUN x

- a point that is long enough to be broken into
  two lines of text
`)
  })
  test('has colours for headings and code', () => {
    const text = renderPage(markdown, { colour: true, width: 200 })
    expect(text).toContain(`${esc}[1mRG1: Title${esc}[0m`)
    expect(text).toContain(`with ${esc}[36msome code${esc}[0m, ${esc}[1mbold${esc}[0m and`)
    expect(text).not.toMatch(/[`*]/)
  })
  test('every page comes through: no marks left, no line too long but code and addresses', () => {
    for (const { text } of pages) {
      const shown = renderPage(text, { colour: false, width: 80 })
      expect(shown).not.toMatch(/^#+ [A-Z]|```|\]\(/m)
      for (const line of shown.split('\n'))
        if (!/^ {4}|^\||https?:|`[^`]{20,}`/.test(line)) expect(line.length).toBeLessThanOrEqual(80)
    }
  })
  test('the list has every id with its title', () => {
    const lines = renderPageList(pages, { colour: false }).split('\n')
    expect(lines).toHaveLength(pages.length + 1)
    expect(lines.find(line => line.startsWith('RG201 '))).toMatch(/^RG201 +Debian packages/)
  })
})
