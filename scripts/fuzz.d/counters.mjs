// Puts a counter at every place of a program where it may go one way or another, so that a fuzzer sees what an input reached.
// V8's own coverage costs milliseconds for each look at it; a byte counted up in place can be looked at after every input.
// Babel comes with jest, which counts its own coverage by it.
import { transformSync } from '@babel/core'

/** @returns the program with counters, and how many they are */
export function withCounters(program) {
  let places = 0
  const plugin = ({ types: t, template }) => {
    const passed = () =>
      t.updateExpression('++', t.memberExpression(t.identifier('__counters'), t.numericLiteral(places++), true))
    const counted = path => {
      if (path.node) path.replaceWith(t.sequenceExpression([passed(), path.node]))
    }
    const inBlock = path => {
      if (!path.node) return
      if (!path.isBlockStatement()) path.replaceWith(t.blockStatement([path.node]))
      path.node.body.unshift(t.expressionStatement(passed()))
    }
    return {
      visitor: {
        Function: {
          exit(path) {
            const body = path.get('body')
            if (body.isBlockStatement()) body.unshiftContainer('body', t.expressionStatement(passed()))
            else counted(body)
          },
        },
        IfStatement: {
          exit(path) {
            inBlock(path.get('consequent'))
            inBlock(path.get('alternate'))
          },
        },
        SwitchCase: {
          exit(path) {
            path.node.consequent.unshift(t.expressionStatement(passed()))
          },
        },
        CatchClause: { exit: path => inBlock(path.get('body')) },
        Loop: { exit: path => inBlock(path.get('body')) },
        ConditionalExpression: {
          exit(path) {
            counted(path.get('consequent'))
            counted(path.get('alternate'))
          },
        },
        LogicalExpression: { exit: path => counted(path.get('right')) },
        Program: {
          exit(path) {
            const size = Math.ceil((places + 1) / 8) * 8
            const [head] = [template.ast(`var __counters = (globalThis.__counters = new Uint8Array(${size}))`)]
            path.unshiftContainer('body', head)
          },
        },
      },
    }
  }
  const { code } = transformSync(program, {
    babelrc: false,
    configFile: false,
    compact: false,
    sourceType: 'script',
    plugins: [plugin],
  })
  return { code, places }
}
