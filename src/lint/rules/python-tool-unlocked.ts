import { findOption, hasOption, valueWord } from '../commands/option-table.ts'
import { type PythonTool, pythonToolsOf } from '../commands/python-tool.ts'
import { insertAfter } from '../commands/word-edit.ts'
import { type LockUse, lockUsesOf } from '../locks/lock-use.ts'
import { keepsPdmLock } from '../locks/pdm.ts'
import { keepsPipfileLock } from '../locks/pipenv.ts'
import { pinOf } from '../locks/requirements.ts'
import { keepsUvLock } from '../locks/uv.ts'
import type { Draft, Rule } from '../rule.ts'
import type { Step, View } from '../view.ts'
import { listed, quote } from '../wording.ts'

export const pythonToolUnlocked: Rule = {
  id: 'RG306',
  title: 'Python tool that may change the lock file',
  level: 'warning',
  class: 'drift',
  on: true,
  check: view => view.steps.flatMap(step => pythonToolsOf(step).flatMap(tool => judge(view, step, tool))),
}

function judge(view: View, step: Step, tool: PythonTool): Draft[] {
  if (installsPrograms(tool)) return judgePrograms(tool)
  if (changesLock(step, tool)) return [lockMadeAnew(tool)]
  const flag = missingFlag(step, tool)
  return flag === null || isFallback(step, tool) ? [] : mayChange(view, step, tool, flag)
}

/** The option without which an install may lock anew; null: it keeps to the lock, or is no such install. */
function missingFlag(step: Step, tool: PythonTool): string | null {
  if (tool.tool === 'uv' && tool.action === 'sync' && !hasOption(tool, '--script', '--check'))
    return keepsUvLock(step, tool) ? null : '--locked'
  if (tool.tool === 'pdm' && tool.action === 'install') return keepsPdmLock(step, tool) ? null : '--frozen-lockfile'
  if (tool.tool !== 'pipenv' || tool.action !== 'install' || tool.operands.length > 0) return null
  if (hasOption(tool, '--skip-lock', '-r', '--requirements', '-e', '--editable')) return null
  return keepsPipfileLock(step, tool) ? null : '--deploy'
}

function mayChange(view: View, step: Step, tool: PythonTool, flag: string): Draft[] {
  const use = lockUsesOf(view).find(({ install }) => install.command === tool.command)
  // Where there is no lock file, that is what has to be said first.
  if (use?.seen.kind === 'none') return []
  const name = `${tool.tool} ${tool.action}`
  const edits = isThere(use) ? insertAfter(view, step, tool.verb, flag) : null
  return [
    {
      range: tool.head,
      message: `Where the lock file does not fit the project, ${quote(name)} makes it anew in the build and installs the newest versions of that day: nobody is told, and the same commit holds other packages next week.`,
      fix: {
        text: `Add ${quote(flag)}: ${reason[tool.tool] ?? ''}.`,
        snippet: `${name} ${flag}`,
      },
      ...(edits === null ? {} : { edits }),
    },
  ]
}

/** `if [ -f uv.lock ]; then uv sync --locked; else uv sync; fi` */
const isFallback = (step: Step, tool: PythonTool): boolean =>
  (tool.command.guard === 'or' || tool.command.guard === 'if') &&
  pythonToolsOf(step).some(
    other => other.tool === tool.tool && other.action === tool.action && missingFlag(step, other) === null,
  )

const isThere = (use: LockUse | undefined): boolean => use?.seen.kind === 'context' && use.beside !== null

const reason: Partial<Record<PythonTool['tool'], string>> = {
  uv: 'the build then stops where uv.lock does not fit (`--frozen` takes it without looking)',
  pdm: 'PDM then takes pdm.lock as it is; `pdm sync` does the same',
  pipenv: 'the build then stops where Pipfile.lock does not fit; `pipenv sync` takes it without looking',
}

/** Commands whose very purpose is to choose versions anew. */
function changesLock(step: Step, tool: PythonTool): boolean {
  const { tool: name, action } = tool
  if (hasOption(tool, '--check')) return false
  if (name === 'uv') {
    if (action === 'lock') return !keepsUvLock(step, tool) && !hasOption(tool, '--script')
    return (action === 'add' && !hasOption(tool, '--frozen', '--locked', '--script')) || isUpgrade(tool)
  }
  if (name === 'poetry') return /^(lock|update|add)$/.test(action)
  if (name === 'pdm') return /^(lock|update|add)$/.test(action)
  if (name !== 'pipenv') return false
  return /^(lock|update|upgrade)$/.test(action) || (action === 'install' && tool.operands.length > 0)
}

const isUpgrade = (tool: PythonTool): boolean =>
  tool.action === 'sync' && hasOption(tool, '-U', '--upgrade', '-P', '--upgrade-package')

const lockMadeAnew = (tool: PythonTool): Draft => ({
  range: tool.head,
  message: `${quote(`${tool.tool} ${tool.action}`)} chooses versions during the build, from what the index has that day. What it writes into the lock file is in no commit: next week the same Dockerfile gets other versions.`,
  fix: {
    text: 'Run it outside of the build, commit the lock file, copy it with the manifest, and install from it.',
    snippet: installs[tool.tool],
  },
})

const installs: Record<PythonTool['tool'], string> = {
  uv: 'uv sync --locked',
  poetry: 'poetry install',
  pdm: 'pdm sync',
  pipenv: 'pipenv sync',
  pipx: 'pipx install NAME==VERSION',
}

const installsPrograms = ({ tool, action }: PythonTool): boolean =>
  tool === 'pipx'
    ? /^(install|run|inject|upgrade|upgrade-all|install-all)$/.test(action)
    : (tool === 'uv' && /^tool (install|run|upgrade)$|^self update$/.test(action)) || /^self (add|update)$/.test(action)

function judgePrograms(tool: PythonTool): Draft[] {
  const loose = programsOf(tool).filter(({ partial, value }) => isLoose(tool, value ?? partial))
  const upgrades = /upgrade|update/.test(tool.action)
  const [first] = loose
  if (first === undefined && (!upgrades || tool.operands.length > 0)) return []
  const names = loose.map(({ partial }) => partial)
  const what = names.length > 0 ? `${listed(names)} ${names.length === 1 ? 'comes' : 'come'}` : 'What is there comes'
  return [
    {
      range: first?.range ?? tool.head,
      count: Math.max(1, names.length),
      message: `${what} in the newest version of the day, with all that it needs: next week the same commit holds another one.`,
      fix: {
        text: upgrades
          ? 'Install the version you want in the first place, and leave out the upgrade.'
          : `Name the version: ${quote(`${(names[0] ?? '').replace(/[\s@=<>!~;].*$/s, '')}==1.2.3`)}. What it depends on is still of the day; install it from a file with hashes where that matters.`,
      },
    },
  ]
}

/** The words that name packages: `--from` says where the program of `uvx` comes from. */
function programsOf(tool: PythonTool) {
  const from = findOption(tool, '--from', '--spec')
  const more = tool.options.filter(({ name, partial }) => /^(--with|-w|--preinstall)$/.test(name) && partial !== null)
  const named = /run$/.test(tool.action) ? tool.operands.slice(0, 1) : tool.operands
  const own = tool.action === 'inject' ? named.slice(1) : named
  return [...(from?.partial == null ? own : [valueWord(from)]), ...more.map(valueWord)]
}

/** `ruff@0.5.0` is uv's own way of saying `ruff==0.5.0`. */
function isLoose(tool: PythonTool, text: string): boolean {
  if (/^--/.test(text) || text.includes('$')) return false
  const [, version] = /^[\w.-]+(?:\[[^\]]*\])?@([\w.!+-]+)$/.exec(text) ?? []
  if (version !== undefined) return version === 'latest' || !/\d/.test(version)
  return pinOf(text) === 'loose' && !(tool.tool === 'uv' && /^python(\d|$|@)/.test(text))
}
