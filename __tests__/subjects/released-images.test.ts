import { describe, expect, test } from '@jest/globals'
import { checkOptions, type InputError } from '../../src/options/options.ts'
import { destinationsOf } from '../../src/subjects/released-images.ts'

const optionsWith = (...tags: string[]) => checkOptions('gate', { file: ['docker-bake.hcl'], push: ['true'], tags })
const web = { name: 'web', tags: ['ghcr.io/o/web:1'] }
const worker = { name: 'worker', tags: ['ghcr.io/o/worker:1', 'o/worker:1'] }
const bare = { name: 'bare', tags: [] }
const problemsOf = (images: (typeof web)[], ...tags: string[]): string[] => {
  try {
    destinationsOf(images, optionsWith(...tags))
    return []
  } catch (error) {
    return (error as InputError).problems
  }
}

describe('what images of a bake file are to be called', () => {
  test('stands in the file', () => {
    expect(Object.fromEntries(destinationsOf([web, worker], optionsWith()))).toEqual({
      web: [{ repository: 'ghcr.io/o/web', tags: ['1'] }],
      worker: [
        { repository: 'ghcr.io/o/worker', tags: ['1'] },
        { repository: 'docker.io/o/worker', tags: ['1'] },
      ],
    })
  })

  test('or is given by name, which goes before the file', () => {
    const found = destinationsOf([web, bare], optionsWith('bare=localhost:5000/b:1', 'bare=localhost:5000/b:2'))
    expect(Object.fromEntries(found)).toEqual({
      web: [{ repository: 'ghcr.io/o/web', tags: ['1'] }],
      bare: [{ repository: 'localhost:5000/b', tags: ['1', '2'] }],
    })
    expect(destinationsOf([web], optionsWith('o/other:2')).get('web')).toEqual([
      { repository: 'docker.io/o/other', tags: ['2'] },
    ])
  })

  test('is nothing where nothing is published', () => {
    const options = checkOptions('gate', { file: ['docker-bake.hcl'], tags: ['12/merge'] })
    expect(destinationsOf([web, bare], options).size).toBe(0)
  })

  test.each<[string, (typeof web)[], string[], RegExp]>([
    [
      'a tag that may be of either',
      [web, worker],
      ['o/app:1'],
      /docker\.io\/o\/app:1 is the tag of which image\? Say web=/,
    ],
    ['an image without a tag', [web, bare], [], /say what bare is to be called.*--tag bare=…/],
    ['a name of no image', [web], ['api=o/api:1'], /there is no image 'api'/],
    [
      'one tag for two',
      [web, worker],
      ['worker=ghcr.io/o/web:1'],
      /both web and worker are to be called ghcr\.io\/o\/web:1/,
    ],
    ['what is no tag in the file', [{ name: 'odd', tags: ['Not A Name'] }], [], /cannot be looked up/],
  ])('is refused with %s', (_, images, tags, words) => {
    expect(problemsOf(images, ...tags).join('\n')).toMatch(words)
  })
})
