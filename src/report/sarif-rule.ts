import { docsUrl, type Finding } from '../finding.ts'
import { isOfSmoke } from './causes.ts'
import { pageOf } from './docs-page.ts'
import { prose } from './markdown.ts'
import { noLinks, type SarifLevel, sarifLevel, shortly } from './sarif-result.ts'
import { clip, visible } from './visible.ts'

/** The pages of our documentation by id, as Markdown. */
export type RulePages = Readonly<Record<string, string>>

export interface SarifRule {
  id: string
  shortDescription: { text: string }
  fullDescription: { text: string }
  help: { text: string; markdown: string }
  helpUri: string
  defaultConfiguration: { level: SarifLevel }
  properties: {
    tags: string[]
    precision: 'very-high' | 'high' | 'low'
    /** By which GitHub shows and sorts what is no finding of security. */
    'problem.severity': 'error' | 'warning' | 'recommendation'
  }
}

/** One rule for each id, as the worst finding of it tells it. */
export function rulesOf(findings: readonly Finding[], pages: RulePages): SarifRule[] {
  const rules = new Map<string, SarifRule>()
  for (const finding of findings) if (!rules.has(shownId(finding))) rules.set(shownId(finding), ruleOf(finding, pages))
  return [...rules.values()]
}

export const shownId = ({ id }: Finding): string => shortly(id)

function ruleOf(finding: Finding, pages: RulePages): SarifRule {
  const { level, title, source, class: kind, confidence, fix } = finding
  const [id, helpUri] = [shownId(finding), pageOf(finding)]
  const name = shortly(title)
  const what = `${name}${/[.!?…]$/.test(name) ? '' : '.'} ${source === 'docker' ? dockerWords : isOfSmoke(finding) ? smokeWords : classWords[kind]}`
  const todo = fix ? noLinks(visible(clip(fix.text, 600))) : 'The page of this rule says what to do.'
  const page = source !== 'docker' && Object.hasOwn(pages, finding.id) ? pages[finding.id] : undefined
  return {
    id,
    shortDescription: { text: name },
    fullDescription: { text: what },
    help: {
      text: `${what}\n\nWhat to do: ${todo}\n\n${helpUri}`,
      markdown: page ?? `${prose(what)}\n\n**What to do:** ${prose(todo)}\n\n[What ${prose(id)} means](${helpUri})`,
    },
    helpUri,
    defaultConfiguration: { level: sarifLevel[level] },
    properties: {
      tags: ['reproducible-builds', source, kind],
      precision: { certain: 'very-high' as const, likely: 'high' as const, unknown: 'low' as const }[confidence],
      'problem.severity': ({ error: 'error', warning: 'warning', notice: 'recommendation' } as const)[level],
    },
  }
}

const smokeWords = 'It was seen when the images were run.'

const classWords: Record<Finding['class'], string> = {
  now: 'The image differs in every build.',
  drift: 'The image will differ when the world outside changes.',
  machine: 'The image differs on another machine.',
}

const dockerWords = "This is one of Docker's own checks: about style and habits, not about when builds differ."

/** The page of an id as it can be shown elsewhere: its links lead to where the page is. */
export const shownElsewhere = (page: string, id: string): string =>
  page.replace(/\]\((?!https?:|#)([^)\s]+)\)/g, (_, path: string) => `](${new URL(path, docsUrl(id)).href})`)
