// Which small faults can be put into a TypeScript file, and a text of it that has them all, each behind its number: mutants.mjs runs it.
import { createRequire } from 'node:module'

// No dependency of ours: jest brings the parser along.
const { parse } = createRequire(import.meta.url)('@babel/parser')

const swapped = { '===': '!==', '!==': '===', '<': '<=', '<=': '<', '>': '>=', '>=': '>', '&&': '||', '||': '&&' }
const opposite = { '<': '>=', '<=': '>', '>': '<=', '>=': '<', '+': '-', '-': '+' }
const otherMethod = new Map([
  ...[
    ['some', 'every'],
    ['every', 'some'],
    ['startsWith', 'endsWith'],
    ['endsWith', 'startsWith'],
    ['max', 'min'],
    ['min', 'max'],
  ],
])
/** What is left out where a list or text is made smaller, or put in order. */
const passing = new Set([
  'filter',
  'slice',
  'toSorted',
  'sort',
  'reverse',
  'toReversed',
  'trim',
  'replace',
  'replaceAll',
  'concat',
  'subarray',
])

/**
 * The mutants of a file's text: its line, what is changed into what, and a text in which `globalThis.__mutant` says which of them
 * is there (numbers count from 0; any other: none).
 */
export function mutantsOf(text) {
  const { program } = parse(text, { sourceType: 'module', plugins: ['typescript'] })
  const mutants = []
  const seen = new Set()
  // The parser leaves brackets out of what stands in them.
  const of = node =>
    node.extra?.parenthesized ? `(${text.slice(node.start, node.end)})` : text.slice(node.start, node.end)
  /** `wide`: the node that is written anew, where the one that changes is a part of it. */
  const add = (node, to, wide = node, kind = 'expression', mild = false) => {
    const from = text.slice(node.start, node.end)
    const whole = text.slice(wide.start, node.start) + to + text.slice(node.end, wide.end)
    const name = `${wide.start} ${wide.end} ${whole}`
    if (from === to || seen.has(name)) return
    seen.add(name)
    mutants.push({
      ...{ line: node.loc.start.line, from: short(from), to: short(to) || 'nothing' },
      ...{ start: wide.start, end: wide.end, whole, kind, mild },
    })
  }
  walk(program, [], (node, parents) => makers[node.type]?.(node, add, of, parents))
  return {
    mutants: mutants.map(({ line, from, to, mild }) => ({ line, from, to, mild })),
    text: switched(text, mutants),
  }
}

const short = part => {
  const line = part.replace(/\s+/g, ' ')
  return line.length > 110 ? `${line.slice(0, 110)}…` : line
}

/** Every mutant beside what it replaces: of an expression as `(m === 3 ? mutant : original)`. */
function switched(text, mutants) {
  const places = new Map()
  for (const [number, { start, end, whole, kind }] of mutants.entries()) {
    const name = `${start} ${end} ${kind}`
    const place = places.get(name) ?? { start, end, kind, choices: [], inner: [] }
    place.choices.push([number, whole])
    places.set(name, place)
  }
  const root = { start: 0, end: text.length, inner: [] }
  const open = [root]
  for (const place of [...places.values()].sort((p, q) => p.start - q.start || q.end - p.end)) {
    while (open.at(-1).end < place.end) open.pop()
    open.at(-1).inner.push(place)
    open.push(place)
  }
  const original = ({ start, end, inner }) => {
    let [made, at] = ['', start]
    for (const part of inner) {
      made += text.slice(at, part.start) + written(part)
      at = part.end
    }
    return made + text.slice(at, end)
  }
  const is = number => `globalThis.__mutant===${number}`
  const written = place => {
    const plain = original(place)
    if (place.kind === 'expression')
      return `(${place.choices.map(([number, whole]) => `${is(number)}?(${whole}):`).join('')}(${plain}))`
    if (place.kind === 'statement')
      return `if(${place.choices.map(([number]) => is(number)).join('||')}){}else{;${plain}\n}`
    return `{${place.choices.map(([number, whole]) => `if(${is(number)})${whole};`).join('')}${plain.slice(1)}`
  }
  return original(root)
}

const makers = {
  IfStatement: (node, add) => eitherWay(node.test, add),
  WhileStatement: (node, add) => add(node.test, 'false'),
  ConditionalExpression: (node, add) => eitherWay(node.test, add),
  BooleanLiteral: (node, add) => add(node, String(!node.value)),
  NumericLiteral: (node, add, _, parents) => {
    // A key is no number; beside `<` another operator says more, and what stands where nothing was told is hardly ever one.
    const parent = parents.at(-1)
    if (isKey(node, parents) || parent?.type === 'AssignmentPattern' || opposite[parent?.operator]) return
    add(node, String(node.value + 1), node, 'expression', true)
  },
  UnaryExpression: (node, add, of) => node.operator === '!' && add(node, of(node.argument)),
  BinaryExpression: (node, add, of) => {
    const isText = [node.left, node.right].some(({ type }) => /String|Template/.test(type))
    for (const operator of [swapped[node.operator], opposite[node.operator]])
      if (operator && !isText) add(node, `${of(node.left)} ${operator} ${of(node.right)}`)
      else if (operator && swapped[node.operator]) add(node, `${of(node.left)} ${operator} ${of(node.right)}`)
  },
  LogicalExpression: (node, add, of) => {
    add(node, of(node.left))
    add(node, of(node.right))
    if (node.operator !== '??') add(node, `(${of(node.left)}) ${swapped[node.operator]} (${of(node.right)})`)
  },
  ArrayExpression: (node, add, of) => {
    if (node.elements.length > 0) add(node, '[]')
    if (node.elements.length > 1)
      for (const left of node.elements)
        add(
          node,
          `[${node.elements
            .filter(element => element !== left)
            .map(element => (element ? of(element) : ''))
            .join(', ')}]`,
        )
  },
  CallExpression: (node, add, of, parents) => changedCall(node, add, of, parents),
  OptionalCallExpression: (node, add, of, parents) => changedCall(node, add, of, parents),
  OptionalMemberExpression: (node, add, of, parents) => {
    if (!node.optional) return
    // Behind a bracket that the parser leaves out.
    const start =
      of(node).indexOf('?.', node.object.end - node.start) + node.start - (node.extra?.parenthesized ? 1 : 0)
    add({ ...node, start, end: start + 2 }, node.computed ? '' : '.', chainTop(node, parents))
  },
  ExpressionStatement: (node, add, of, parents) => {
    // super() has to stand where it stands.
    if (!of(node).startsWith('super(') && parents.at(-1)?.type !== 'LabeledStatement') add(node, '', node, 'statement')
  },
  ForOfStatement: (node, add) => add(node, '', node, 'statement'),
  ContinueStatement: (node, add) => add(node, '', node, 'statement'),
  BreakStatement: (node, add) => add(node, '', node, 'statement'),
  ThrowStatement: (node, add) => add(node, '', node, 'statement'),
  FunctionDeclaration: (node, add, of) => endedAtOnce(node, add, of),
  ClassMethod: (node, add, of) => endedAtOnce(node, add, of),
  ClassPrivateMethod: (node, add, of) => endedAtOnce(node, add, of),
  ArrowFunctionExpression: (node, add, of) => endedAtOnce(node, add, of),
}

const isKey = (node, parents) => {
  const parent = parents.at(-1)
  return parent?.key === node || parent?.type === 'TSLiteralType'
}

function eitherWay(node, add) {
  for (const value of ['true', 'false']) add(node, value)
}

function changedCall(node, add, of, parents) {
  const { callee } = node
  if (!/MemberExpression$/.test(callee.type) || callee.computed) return twoSwapped(node, add, of, parents)
  const { name } = callee.property
  const top = chainTop(node, parents)
  if (otherMethod.has(name)) add(callee.property, otherMethod.get(name), top)
  if (passing.has(name)) add(node, of(callee.object), top, 'expression', name !== 'filter')
  twoSwapped(node, add, of, parents)
}

/** What was said of A is said of B. */
function twoSwapped(node, add, of, parents) {
  const [one, other] = node.arguments
  const isName = argument => argument !== undefined && /^(Identifier|MemberExpression)$/.test(argument.type)
  if (!isName(one) || !isName(other) || one.extra?.parenthesized || other.extra?.parenthesized) return
  add({ ...one, end: other.end }, `${of(other)}, ${of(one)}`, chainTop(node, parents), 'expression', true)
}

/** The whole of `a?.b.c()`: in brackets, a part of it would end elsewhere. */
function chainTop(node, parents) {
  let top = node
  for (const parent of parents.toReversed()) {
    const goesOn =
      parent.object === top ||
      parent.callee === top ||
      (parent.type === 'TSNonNullExpression' && parent.expression === top)
    if (!goesOn) break
    top = parent
  }
  return top
}

/** A function that says what it returns, and finds nothing. */
function endedAtOnce(node, add, of) {
  const type = node.returnType ? of(node.returnType).replace(/^:\s*/, '') : ''
  const inner = type.replace(/^Promise<(.*)>$/s, '$1')
  const values = [
    ...(/\[\]$|^readonly |^Array</.test(inner) ? ['[]'] : []),
    ...(inner === 'boolean' ? ['true', 'false'] : []),
    ...(inner === 'string' ? ["''"] : []),
    ...(/\bnull\b/.test(inner) ? ['null'] : []),
    ...(/\bundefined\b/.test(inner) ? ['undefined'] : []),
    ...(/^(Set|Map|ReadonlySet|ReadonlyMap)</.test(inner) ? [`new ${/Map</.test(inner) ? 'Map' : 'Set'}()`] : []),
  ]
  const isBlock = node.body.type === 'BlockStatement'
  for (const value of values)
    add(node.body, isBlock ? `return ${value}` : value, node.body, isBlock ? 'body' : 'expression')
}

const passed = new Set([
  'loc',
  'returnType',
  'typeAnnotation',
  'typeParameters',
  'typeArguments',
  'leadingComments',
  'trailingComments',
  'innerComments',
])

function walk(node, parents, visit) {
  if (!node || typeof node.type !== 'string') return
  if (/^TS/.test(node.type)) {
    if (node.expression) walk(node.expression, [...parents, node], visit)
    return
  }
  if (/^(Import|ExportAll)/.test(node.type) && node.type !== 'Import') return
  visit(node, parents)
  for (const [key, value] of Object.entries(node)) {
    if (passed.has(key)) continue
    for (const inner of Array.isArray(value) ? value : [value])
      if (inner && typeof inner === 'object') walk(inner, [...parents, node], visit)
  }
}
