/** What an expression of a workflow can name: `inputs.build-args`, `matrix.runner`, `steps.compare.outputs.report`. */
export type Named = Record<string, unknown>

const functions: Record<string, (...given: never[]) => unknown> = {
  join: (value: unknown, separator = ',') => (Array.isArray(value) ? value.join(separator) : String(value ?? '')),
  format: (text: string, ...values: unknown[]) =>
    text.replace(/\{(\d+)\}/g, (_, at) => String(values[Number(at)] ?? '')),
  fromJSON: (text: string) => JSON.parse(text),
  startsWith: (text: string, start: string) =>
    String(text ?? '')
      .toLowerCase()
      .startsWith(start.toLowerCase()),
}

const word = /'(?:[^']|'')*'|[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)*|&&|\|\||[!=]=|[!(),]|\d+/y

/**
 * The value of an expression, as far as the workflows here use the language.
 * @param status what always(), success(), failure() and cancelled() say
 * @throws for a name that is not known: GitHub would take it for nothing
 */
export function evaluate(expression: string, named: Named, status: Record<string, boolean> = {}): unknown {
  const words: string[] = []
  for (word.lastIndex = 0; ; ) {
    while (expression[word.lastIndex] === ' ') word.lastIndex += 1
    const from = word.lastIndex
    if (from >= expression.length) break
    const found = word.exec(expression)
    if (found === null) throw new Error(`'${expression.slice(from)}' is no part of an expression that is known here`)
    words.push(found[0])
  }
  const code = words.map((text, at) => {
    if (/^'/.test(text)) return JSON.stringify(text.slice(1, -1).replaceAll("''", "'"))
    if (!/^[A-Za-z_]/.test(text)) return text
    return words[at + 1] === '(' ? `call(${JSON.stringify(text)})` : `at(${JSON.stringify(text)})`
  })
  const at = (path: string): unknown =>
    path.split('.').reduce<unknown>((value, key) => {
      if (typeof value !== 'object' || value === null || !(key in value)) throw new Error(`'${path}' is not known`)
      return (value as Named)[key]
    }, named)
  const call = (name: string) => functions[name] ?? (() => status[name])
  return new Function('at', 'call', `return (${code.join(' ')})`)(at, call)
}

/** A value of a workflow with what its expressions stand for; one that is nothing else keeps its type. */
export function expanded(value: unknown, named: Named): unknown {
  if (typeof value !== 'string') return value
  const whole = /^\$\{\{((?:(?!\}\}).)*)\}\}$/s.exec(value.trim())
  if (whole) return evaluate((whole[1] ?? '').trim(), named)
  return value.replace(/\$\{\{(.*?)\}\}/gs, (_, expression: string) => String(evaluate(expression.trim(), named) ?? ''))
}
