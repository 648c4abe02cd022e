import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { givenInputs } from '../../src/options/inputs.ts'
import { checkOptions, type Given, InputError } from '../../src/options/options.ts'

const tags = ['ghcr.io/o/app:1.0']
const problemsOf = (given: Given, command: 'gate' | 'lint' = 'gate'): string[] => {
  try {
    checkOptions(command, given)
    return []
  } catch (error) {
    return (error as InputError).problems
  }
}
const of = (given: Given) => checkOptions('gate', { push: ['true'], tags, ...given })

describe('what is to be published', () => {
  test('is nothing unless push says so, whatever else is given', () => {
    expect(
      checkOptions('gate', { tags, outputs: ['type=image,compression=zstd'], provenance: ['mode=max'] }),
    ).toMatchObject({ release: null, packing: undefined })
    expect(checkOptions('gate', { tags, push: ['false'] }).release).toBeNull()
    // As `${{ github.ref_name }}` is in a pull request.
    expect(checkOptions('gate', { tags: ['ghcr.io/o/app:12/merge'], push: ['false'] }).release).toBeNull()
    expect(problemsOf({ tags: ['ghcr.io/o/app:12/merge'], push: ['true'] })).toHaveLength(1)
    expect(problemsOf({ tags, outputs: ['type=local'] })).toHaveLength(1)
  })

  test('has the tags of build-push-action: on lines or between commas, of several registries', () => {
    const inputs: Record<string, string> = {
      push: 'true',
      tags: 'ghcr.io/o/app:1.0, ghcr.io/o/app:latest\no/app:1.0\n# a comment\nlocalhost:5000/app\nghcr.io/o/app:1.0',
    }
    expect(
      checkOptions(
        'gate',
        givenInputs(name => inputs[name] ?? ''),
      ).release,
    ).toEqual({
      destinations: [
        { repository: 'ghcr.io/o/app', tags: ['1.0', 'latest'] },
        { repository: 'docker.io/o/app', tags: ['1.0'] },
        { repository: 'localhost:5000/app', tags: ['latest'] },
      ],
      provenance: null,
    })
  })

  test('has tags of images of a bake file by their names', () => {
    const given = { file: ['docker-bake.hcl'], tags: ['web=o/web:1', ' web = o/web:2', 'o/app'] }
    expect(of(given).release).toEqual({
      destinations: [],
      named: {
        web: [{ repository: 'docker.io/o/web', tags: ['1', '2'] }],
        '': [{ repository: 'docker.io/o/app', tags: ['latest'] }],
      },
      provenance: null,
    })
    expect(of({ file: ['docker-bake.hcl'], tags: [] }).release?.named).toEqual({})
    expect(problemsOf({ file: ['docker-bake.hcl'], push: ['true'], tags: ['web=Not A Name'] })).toHaveLength(1)
    // Of one Dockerfile there is nothing to name.
    expect(problemsOf({ push: ['true'], tags: ['web=o/web:1'] })).toHaveLength(1)
  })

  test('is packed as buildx packs it, or as outputs say', () => {
    expect(of({}).packing).toEqual({ compression: 'gzip' })
    expect(
      of({
        outputs: ['type=registry,compression=zstd,compression-level=19,force-compression=true,oci-mediatypes=true'],
      }).packing,
    ).toEqual({ compression: 'zstd', level: 19, force: true, dockerTypes: false })
    expect(of({ outputs: ['type=image,"compression=gzip",oci-mediatypes=false,push=true'] }).packing).toEqual({
      ...{ compression: 'gzip', dockerTypes: true },
    })
  })

  test.each([
    ['true', 'mode=min'],
    ['false', null],
    ['mode=max', 'mode=max'],
    ['mode=max, version=v1', 'mode=max,version=v1'],
    ['mode=max,version=v1,builder-id=https://example.org/x', 'mode=max,version=v1,builder-id=https://example.org/x'],
  ])('has the provenance %s', (given, said) => {
    expect(of({ provenance: [given] }).release?.provenance).toBe(said)
  })

  test.each<[string, Given, RegExp]>([
    ['no tags', { push: ['true'] }, /^push \(--push\): say with tags \(--tag\) what the image is to be called$/],
    ['a digest for a tag', { tags: [`o/app@sha256:${'a'.repeat(64)}`] }, /^tags \(--tag\): .*has a digest; give a tag/],
    ['what is no name', { tags: ['Not A Name'] }, /^tags \(--tag\): .*cannot be looked up in a registry/],
    ['a password in a name', { tags: ['me:hunter2@host/app:1'] }, /^tags \(--tag\): (?!.*hunter2)/],
    ['a verdict that may not fail', { 'fail-on': ['never'] }, /fail-on: never .* do not go together/],
    ['another type', { outputs: ['type=local'] }, /^outputs \(--output\): type 'local' is not pushed/],
    ['a name in outputs', { outputs: ['type=image,name=x'] }, /^outputs \(--output\): the names .* tags/],
    ['several outputs', { outputs: ['type=image', 'type=image'] }, /2 are given/],
    [
      'a compression that changes the layers',
      { outputs: ['type=image,compression=estargz'] },
      /'estargz' is not one of/,
    ],
    ['a level too high', { outputs: ['type=image,compression=gzip,compression-level=10'] }, /more than gzip has: 9$/],
    ['a level that is none', { outputs: ['type=image,compression-level=fast'] }, /'fast' is not a number/],
    ['what would break the comparison', { outputs: ['type=image,rewrite-timestamp=false'] }, /is always true/],
    ['a push that is none', { outputs: ['type=image,push=false'] }, /is always true/],
    ['what nobody knows', { outputs: ['type=image,unpack=true'] }, /'unpack' is not known here/],
    ['an open quote', { outputs: ['type=image,"compression=gzip'] }, /cannot be read: a quote is not closed/],
    [
      'a provenance of another kind',
      { provenance: ['inline-only=true'] },
      /^provenance \(--provenance\): 'inline-only/,
    ],
    [
      'provenance of Docker media types',
      { provenance: ['true'], outputs: ['type=image,oci-mediatypes=false'] },
      /needs OCI media types/,
    ],
  ])('is refused with %s', (_, given, words) => {
    const asked = given.push === undefined ? { push: ['true'], tags, ...given } : given
    expect(problemsOf(asked)).toEqual([expect.stringMatching(words)])
  })

  test('is refused where nothing is proven', () => {
    expect(problemsOf({ push: ['true'], tags }, 'lint')).toEqual([expect.stringMatching(/use mode: gate$/)])
  })

  test('never fails in another way, whatever is given', () => {
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'grapheme' }),
      fc.constantFrom('type=image,', 'mode=', 'a/b:', '"'),
    )
    fc.assert(
      fc.property(fc.array(text), fc.array(text), text, (names, outputs, provenance) => {
        const given = { push: ['true'], tags: names, outputs, provenance: [provenance] }
        try {
          checkOptions('gate', given)
        } catch (error) {
          expect(error).toBeInstanceOf(InputError)
        }
      }),
    )
  })
})
