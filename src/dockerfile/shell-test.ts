import type * as Unbash from 'unbash'

/** The words that `[[ … ]]` compares, in order. */
export function operandsOf(test: Unbash.TestExpression): Unbash.Word[] {
  switch (test.type) {
    case 'TestUnary':
      return [test.operand]
    case 'TestBinary':
      return [test.left, test.right]
    case 'TestLogical':
      return test.operands.flatMap(operandsOf)
    case 'TestNot':
      return operandsOf(test.operand)
    case 'TestGroup':
      return operandsOf(test.expression)
  }
}
