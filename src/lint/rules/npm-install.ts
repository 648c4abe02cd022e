import { type NodeCommand, nodeCommandsOf, nodeFolder } from '../commands/node.ts'
import { looseNodePackages } from '../commands/node-package.ts'
import { hasOption } from '../commands/option-table.ts'
import { replaceWord } from '../commands/word-edit.ts'
import { lockAt, textAt } from '../locks/lock-at.ts'
import { agreesWithLock, hasWorkspaces } from '../locks/node-agreement.ts'
import { lockUseOf } from '../locks/node-install.ts'
import { npm } from '../locks/npm.ts'
import type { Draft, DraftEdit, Rule } from '../rule.ts'
import type { Step, View } from '../view.ts'
import { listed, quote } from '../wording.ts'

export const npmInstall: Rule = {
  id: 'RG304',
  title: 'Node packages that may be others next time',
  level: 'warning',
  class: 'drift',
  on: true,
  check: view =>
    view.steps.flatMap(step =>
      nodeCommandsOf(step).flatMap(node => {
        // A day chooses the versions as well as their numbers do.
        if (hasOption(node, '--before')) return []
        if (node.action === 'add' || (node.action === 'update' && node.global)) return namedPackages(node)
        if (node.manager !== 'npm') return []
        if (node.action === 'update') return [updates(node)]
        return node.action === 'install' ? fromManifest(view, step, node) : []
      }),
    ),
}

/** Packages that the command line names without a version of their own. */
function namedPackages(node: NodeCommand): Draft[] {
  const loose =
    node.action === 'update' ? node.operands.filter(({ value }) => value !== null) : looseNodePackages(node.operands)
  const [first] = loose
  if (first === undefined) return node.operands.length === 0 && node.action === 'update' ? [updates(node)] : []
  const names = loose.map(({ partial }) => partial)
  const one = names.length === 1
  const example = (names[0] ?? '').replace(/(.)@.*$/s, '$1')
  return [
    {
      range: first.range,
      message: `${listed(names)} ${one ? 'is' : 'are'} installed in the newest version that ${one ? 'this allows' : 'these allow'} that day: next week the same commit gets another one. A tag or a range (\`@latest\`, \`^1.2\`) is no fixed version, and a branch or a tag of a git repository moves.`,
      fix: {
        text: `Name the exact version, as in ${quote(`${example}@1.2.3`)}, or for a git repository the whole commit. What the packages depend on stays open even so: only a lock file fixes that.`,
      },
      count: names.length,
    },
  ]
}

const updates = (node: NodeCommand): Draft => ({
  range: node.head,
  message: `\`npm update\` takes the newest versions that package.json allows that day, whatever a lock file says: next week the same commit gets others.`,
  fix: { text: 'Update outside of the build, commit package-lock.json, and install with `npm ci`.' },
})

/** `npm install` with nothing named. Without a lock file that is for the rule about missing locks. */
function fromManifest(view: View, step: Step, node: NodeCommand): Draft[] {
  if (node.global) return [globalProject(node)]
  const folder = nodeFolder(view, step, node)
  const lock = lockAt(view, step, folder, npm)
  if (lock.kind === 'missing' || isFallback(step, node, lock.kind === 'there')) return []
  // A lock that is there and not read is for the rule about unused locks.
  if (lockUseOf(view, step, node, folder) === 'never' && view.context !== null) return []
  const manifest = textAt(view, step, folder, 'package.json')
  const agrees = lock.kind === 'there' ? agreesWithLock('npm', manifest, lock.text) : null
  const edits = agrees === true && !hasWorkspaces(manifest) ? editOf(view, step, node) : null
  const known = lock.kind === 'there'
  return [
    {
      range: node.head,
      ...(known ? {} : { level: 'notice' as const, confidence: 'unknown' as const }),
      message: known
        ? `\`npm install\` rewrites the lock file where package.json does not fit it, and takes the newest versions for that part: the build says nothing, and next week the same commit may hold other packages.`
        : `We cannot see a lock file from here. Without one \`npm install\` takes the newest versions that package.json allows that day; with one it may still change it and say nothing.`,
      fix: {
        text:
          agrees === false
            ? 'package.json and the lock file do not agree now: run `npm install` outside of the build, commit the lock file, then use `npm ci`, which installs exactly what it says or fails.'
            : 'Copy package-lock.json beside package.json and use `npm ci`, which installs exactly what the lock file says or fails.',
        snippet: 'COPY package.json package-lock.json ./\nRUN npm ci',
      },
      ...(edits === null ? {} : { edits }),
    },
  ]
}

const globalProject = (node: NodeCommand): Draft => ({
  range: node.head,
  message: '`npm install -g` of the project in the folder reads no lock file: what it depends on is as new as the day.',
  fix: { text: 'Install with `npm ci` in the folder of the project and link what it runs into the PATH.' },
})

/**
 * `if [ -f package-lock.json ]; then npm ci; else npm install; fi`: the lock decides. `npm ci || npm install` hides that the
 * lock does not fit, but says nothing where there may be none.
 */
const isFallback = (step: Step, { command, manager }: NodeCommand, locked: boolean): boolean =>
  (command.guard === 'if' || (command.guard === 'or' && !locked)) &&
  nodeCommandsOf(step).some(
    other =>
      other.action === 'ci' &&
      other.manager === manager &&
      (command.guard === 'or' ? other.command.range.start < command.range.start : other.command.guard === 'if'),
  )

const install = /^(install|i|in|ins|inst|insta|instal|isnt|isnta|isntal|isntall|add)$/
/** Options that `npm ci` takes and that mean the same to it. */
const shared = new Set(
  `--omit --include --only --production --prod --no-audit --audit --no-fund --fund --ignore-scripts --no-optional --legacy-peer-deps
   --strict-peer-deps --force -f --prefer-offline --offline --cache --registry --loglevel -s --silent --quiet -q -d -dd -ddd --verbose
   --progress --no-progress --unsafe-perm --userconfig --globalconfig --prefix -C --no-save --foreground-scripts --no-bin-links
   --engine-strict --no-update-notifier --update-notifier --install-strategy --script-shell --fetch-retries --fetch-timeout
   --maxsockets --no-color --color`.split(/\s+/),
)

function editOf(view: View, step: Step, node: NodeCommand): DraftEdit[] | null {
  if (node.verb === null || !install.test(node.verb.value ?? '') || node.command.guard === 'or') return null
  if (!node.options.every(({ name }) => shared.has(name))) return null
  return replaceWord(view, step, node.verb, 'ci')
}
