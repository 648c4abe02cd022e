import { jsonObject, jsonProblem } from '../../../src/image/json.ts'
import { repeatedKey } from '../../../src/image/json-keys.ts'
import { promise, type Target } from '../target.ts'
import { json } from '../words.ts'

export const target: Target = {
  name: 'json',
  what: 'JSON of strangers: its depth, values, and keys that come twice',
  seeds: ['{"a":{"b":[1,{"c":"\\u0061\\""}],"b2":{}},"\\u0061x":1}', '{"a":1,"\\u0061":2}', '[[[{"a":[]}]]]'],
  words: [...json, '\\"', '\\\\', '\\u0061', '"a":', '1', '\ufeff', '\ud800'],
  run(bytes) {
    const problem = jsonProblem(bytes)
    const read = jsonObject(bytes, { unique: true })
    promise(problem === null || read === problem, 'what must not be parsed is not')
    let text: string
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
      JSON.parse(text)
    } catch {
      promise(typeof read === 'string', 'what is no JSON is none')
      return
    }
    if (problem !== null) return
    // As often as a parser sets a key, it must come out: one that is set twice comes out once.
    const twice = repeatedKey(text)
    const written = keysWritten(text)
    let held = 0
    JSON.parse(text, function (this: unknown, key, value) {
      if (key !== '' && !Array.isArray(this)) held += 1
      return value
    })
    promise((twice !== null) === written.twice, 'a key that comes twice is seen')
    promise(held <= written.keys, 'keys are those that are written')
  },
}

/** The keys of a text of JSON, found another way: strings are taken out first. */
function keysWritten(text: string): { keys: number; twice: boolean } {
  const strings: string[] = []
  const bare = text.replace(/"(?:[^"\\]|\\.)*"/gs, found => `"${strings.push(found) - 1}"`).replace(/\s+/g, '')
  const objects: (Set<string> | null)[] = []
  let [keys, twice] = [0, false]
  for (const [token, number, colon] of bare.matchAll(/"(\d+)"(:?)|[[\]{}]/g)) {
    if (token === '{') objects.push(new Set())
    else if (token === '[') objects.push(null)
    else if (token === '}' || token === ']') objects.pop()
    else if (colon === ':') {
      const key = JSON.parse(strings[Number(number)] as string) as string
      keys += 1
      if (objects.at(-1)?.has(key)) twice = true
      objects.at(-1)?.add(key)
    }
  }
  return { keys, twice }
}
