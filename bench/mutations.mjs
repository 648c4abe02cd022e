// Which small faults can be put into a TypeScript file: mutants.mjs puts them there.
import { createRequire } from 'node:module'

// No dependency of ours: jest brings the parser along.
const { parse } = createRequire(import.meta.url)('@babel/parser')

const swapped = { '===': '!==', '!==': '===', '<': '<=', '<=': '<', '>': '>=', '>=': '>', '&&': '||', '||': '&&' }
const opposite = { '<': '>=', '<=': '>', '>': '<=', '>=': '<' }

/** Every mutant of a file's text: its line, what is changed into what, and the whole text. */
export function mutantsOf(text) {
  const { program } = parse(text, { sourceType: 'module', plugins: ['typescript'] })
  const mutants = []
  const add = ({ start, end, loc }, to) => {
    const from = text.slice(start, end)
    if (from === to) return
    const short = part => (part.length > 110 ? `${part.slice(0, 110)}…` : part).replace(/\s+/g, ' ')
    mutants.push({
      line: loc.start.line,
      from: short(from),
      to: short(to) || 'nothing',
      text: text.slice(0, start) + to + text.slice(end),
    })
  }
  const of = node => text.slice(node.start, node.end)
  walk(program, node => {
    const make = makers[node.type]
    if (make) make(node, add, of)
  })
  return mutants
}

const makers = {
  IfStatement: (node, add) => eitherWay(node.test, add),
  ConditionalExpression: (node, add) => eitherWay(node.test, add),
  BooleanLiteral: (node, add) => add(node, String(!node.value)),
  UnaryExpression: (node, add, of) => node.operator === '!' && add(node, of(node.argument)),
  BinaryExpression: (node, add, of) => {
    for (const operator of [swapped[node.operator], opposite[node.operator]])
      if (operator) add(node, `${of(node.left)} ${operator} ${of(node.right)}`)
  },
  LogicalExpression: (node, add, of) => {
    add(node, `(${of(node.left)})`)
    if (node.operator === '??') return
    add(node, `(${of(node.right)})`)
    add(node, `((${of(node.left)}) ${swapped[node.operator]} (${of(node.right)}))`)
  },
  ArrayExpression: (node, add, of) => {
    if (node.elements.length > 0) add(node, '[]')
    if (node.elements.length > 1)
      for (const left of node.elements)
        add(
          node,
          `[${node.elements
            .filter(element => element !== left)
            .map(of)
            .join(', ')}]`,
        )
  },
  CallExpression: (node, add, of) => {
    const name = node.callee.type === 'MemberExpression' ? node.callee.property.name : undefined
    if (name === 'some' || name === 'every') add(node.callee.property, name === 'some' ? 'every' : 'some')
    if (name === 'filter') add(node, of(node.callee.object))
  },
  ExpressionStatement: (node, add) => add(node, ';'),
  ForOfStatement: (node, add) => add(node, ';'),
  FunctionDeclaration: (node, add, of) => endedAtOnce(node, add, of),
  ArrowFunctionExpression: (node, add, of) => endedAtOnce(node, add, of),
}

function eitherWay(node, add) {
  for (const value of ['true', 'false']) add(node, value)
}

/** A function that says what it returns, and finds nothing. */
function endedAtOnce(node, add, of) {
  const type = node.returnType ? of(node.returnType).replace(/^:\s*/, '') : ''
  const inner = type.replace(/^Promise<(.*)>$/s, '$1')
  const values = [
    ...(/\[\]$|^readonly |^Array</.test(inner) ? ['[]'] : []),
    ...(inner === 'boolean' ? ['true', 'false'] : []),
    ...(/\bnull\b/.test(inner) ? ['null'] : []),
    ...(/\bundefined\b/.test(inner) ? ['undefined'] : []),
    ...(/^(Set|Map|ReadonlySet)</.test(inner) ? [`new ${inner.startsWith('Map') ? 'Map' : 'Set'}()`] : []),
  ]
  for (const value of values) add(node.body, node.body.type === 'BlockStatement' ? `{ return ${value} }` : value)
}

function walk(node, visit) {
  if (!node || typeof node.type !== 'string' || node.type.startsWith('TS')) {
    if (node?.type === 'TSAsExpression' || node?.type === 'TSNonNullExpression') walk(node.expression, visit)
    return
  }
  visit(node)
  for (const [key, value] of Object.entries(node)) {
    if (['loc', 'returnType', 'typeAnnotation', 'typeParameters', 'leadingComments', 'trailingComments'].includes(key))
      continue
    for (const inner of Array.isArray(value) ? value : [value])
      if (inner && typeof inner === 'object') walk(inner, visit)
  }
}
