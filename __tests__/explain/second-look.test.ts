import { describe, expect, test } from '@jest/globals'
import { recogniseCause } from '../../src/explain/causes.ts'
import type { ExplainedEntry } from '../../src/explain/entries.ts'
import { sourceOfMachine } from '../../src/explain/instruction-text.ts'
import { lookAgain } from '../../src/explain/second-look.ts'
import { changed, subjectOf } from './subject.ts'

function looked(a: string, b: string, instruction: string, path = 'etc/x'): string {
  const subject = subjectOf(changed(path, a, b))
  const entry: ExplainedEntry = { layer: 1, subject, ...recogniseCause(subject), root: null }
  lookAgain(entry, instruction)
  return `${entry.cause.id} ${entry.recognition.confidence}`
}

describe('what an instruction asks of the machine', () => {
  test.each([
    ['RUN echo "worker_processes $(nproc);" > /etc/x', 'processors'],
    ['RUN python3 -c "import os; print(os.cpu_count())" > /etc/x', 'processors'],
    ['RUN grep MemTotal /proc/meminfo > /etc/x', 'memory'],
    ['RUN free > /etc/x; true', 'memory'],
    ['RUN free --help-me && npm run free', null],
    ['RUN hostname > /etc/x', 'host'],
    ['RUN echo $(hostname) > /etc/x', 'host'],
    ['RUN uname -n > /etc/x', 'host'],
    ['RUN uname -r > /etc/x', 'kernel'],
    ['RUN make -j"$(nproc)" && make install', null],
    ['RUN cmake --build . --parallel $(nproc)', null],
    ['RUN curl -o /x https://example.com/$(uname -s)-$(uname -m)', null],
    ['RUN server --hostname=example.org', null],
    ['RUN nproc > /etc/x; hostname >> /etc/x', null],
  ])('%s: %s', (text, variant) => {
    expect(sourceOfMachine(text)?.variant ?? null).toBe(variant)
  })
})

describe('a second look, with the instruction known', () => {
  test.each([
    ['worker_processes 2;\n', 'worker_processes 4;\n', 'RUN echo "worker_processes $(nproc);"', 'cpu-count likely'],
    ['jobs 2\nslots 16\n', 'jobs 4\nslots 32\n', 'RUN n=$(nproc); echo jobs $n', 'cpu-count likely'],
    ['jobs 2\nbuild 100\n', 'jobs 4\nbuild 101\n', 'RUN n=$(nproc); echo jobs $n', 'unknown-difference likely'],
    ['replicas 2\n', 'replicas 4\n', 'RUN make -j$(nproc)', 'unknown-difference likely'],
    ['by ci-1\n', 'by ci-2\n', 'RUN echo "by $(hostname)"', 'host-name likely'],
    ['by ci-1 red\n', 'by ci-2 blue\n', 'RUN echo "by $(hostname)"', 'unknown-difference likely'],
    ['6.8.0\n', '6.9.1\n', 'RUN uname -r', 'host-name likely'],
    ['alpha\n', 'bravo\n', 'RUN uname -r', 'unknown-difference likely'],
    ['alpha\n', 'bravo\n', 'RUN make', 'unknown-difference likely'],
  ])('%j, %j by %s: %s', (a, b, instruction, expected) => {
    expect(looked(a, b, instruction)).toBe(expected)
  })
})

describe('a value in a file that curl or wget wrote was served so, not drawn in the build', () => {
  const [a, b] = ['4kVn2Qz8LrTx0WsYb6HdPc3M\n', 'Zt7Jq1RvXw9EoGy5KfUa2BiN\n']
  const [timeA, timeB] = ['at 2026-11-21T03:00:05Z\n', 'at 2026-11-21T03:01:15Z\n']
  test.each([
    [a, b, 'RUN curl -fsSLo /etc/x https://example.com/page', 'changed-download likely'],
    [a, b, 'RUN cd /etc && wget -q -O x https://example.com/page', 'changed-download likely'],
    [a, b, 'RUN curl --output=/etc/x https://example.com/page', 'changed-download likely'],
    [timeA, timeB, 'RUN curl https://example.com/page > /etc/x', 'changed-download likely'],
    [a, b, 'RUN curl -o /etc/y https://example.com/page && make', 'random-token likely'],
    [a, b, 'RUN curl -o /tmp/i https://example.com/i && sh /tmp/i > /etc/x', 'random-token likely'],
    [a, b, 'RUN curl -o /etc/x https://example.com/page && uuidgen >> /etc/x', 'random-token likely'],
    [timeA, timeB, 'RUN curl -o /etc/x https://example.com/page && date >> /etc/x', 'build-time certain'],
  ])('%j, %j by %s: %s', (a, b, instruction, expected) => {
    expect(looked(a, b, instruction)).toBe(expected)
  })
})

test('what ADD fetched was served so, whatever it holds', () => {
  const [a, b] = ['rev 9e107d9d372bb6826bd81d3542a419d6\n', 'rev e4d909c290d0fb1ca068ffaddf22cbd0\n']
  const [timeA, timeB] = ['at 2026-11-21T03:00:05Z\n', 'at 2026-11-21T03:01:15Z\n']
  expect(looked(a, b, 'ADD https://example.com/page /etc/x')).toBe('changed-download certain')
  expect(looked(timeA, timeB, 'ADD --chmod=644 https://example.com/page /etc/x')).toBe('changed-download certain')
  expect(looked('alpha\n', 'bravo\n', 'ADD http://example.com/page /etc/x')).toBe('changed-download certain')
  expect(looked(timeA, timeB, 'ADD site.tar /etc/')).toBe('build-time certain')
  expect(looked(a, b, 'ADD https://example.com/r.git /r', 'r/.git/ORIG_HEAD')).not.toContain('changed-download')
})

test('many values of a generator that takes a seed are data, one of them or one of another source a token', () => {
  const list = (seed: number): string =>
    Array.from({ length: 16 }, (_, at) => `img${at},${'abc'[(seed * (at + 3)) % 3]}${(seed * at) % 7}\n`).join('')
  expect(looked(list(4), list(5), 'RUN python3 -c "import random; random.choice(x)" > /etc/x')).toBe(
    'unseeded-numbers likely',
  )
  expect(looked(list(4), list(5), 'RUN head /dev/urandom > /etc/x')).toBe('random-token likely')
  expect(looked('a 1\n', 'b 2\n', 'RUN python3 -c "random.choice(x)" > /etc/x')).toBe('random-token likely')
})

test('what differs beside a time is said, each kind once', () => {
  const own = (drawn: string, score: string, time: string, name: string): string =>
    `{\n "id": "${drawn}",\n "score": ${score},\n "at": "${time}",\n "name": "${name}"\n}\n`
  const a = own('9e107d9d372bb6826bd81d3542a419d6', '0.61534', '2026-11-21T03:00:05Z', 'red')
  const b = own('e4d909c290d0fb1ca068ffaddf22cbd0', '0.51237', '2026-11-21T03:01:15Z', 'blue')
  const { cause, recognition } = recogniseCause(subjectOf(changed('srv/metrics.json', a, b)))
  expect([cause.id, recognition.confidence]).toEqual(['build-time', 'likely'])
  expect(recognition.evidence.map(({ what }) => what)).toEqual([
    'line 4 differs only by its date and time',
    '1 more line(s) differ by a value drawn by chance (hexadecimal), from line 2',
    '1 more line(s) differ by a number, from line 3',
    '1 more line(s) differ by something that is not a time, from line 5',
  ])
})

test("a date that a shell writes on top of a .properties file is not Java's", () => {
  const [a, b] = ['#Sat Nov 21 03:00:05 UTC 2026\nversion=1\n', '#Sat Nov 21 03:01:15 UTC 2026\nversion=1\n']
  const file = 'srv/build.properties'
  expect(looked(a, b, 'RUN printf "#%s\\nversion=1\\n" "$(date)" > build.properties', file)).toBe('build-time certain')
  expect(looked(a, b, 'RUN mvn package', file)).toBe('java-build-info certain')
  expect(looked(a, b, 'RUN mvn package && date > /srv/when', file)).toBe('java-build-info certain')
})

test('the space of a disk is no memory', () => {
  const [a, b] = ['overlay 264212084 52527548 42973716 56% /\n', 'overlay 264212084 52605208 42896056 56% /\n']
  expect(looked(a, b, 'RUN df / > /etc/x; free > /etc/y')).toBe('unknown-difference likely')
})

test('numbers in columns that are filled with blanks', () => {
  const [a, b] = ['MemFree:  13336316 kB\nDirty:         96 kB\n', 'MemFree:  13188112 kB\nDirty:        104 kB\n']
  expect(looked(a, b, 'RUN cat /proc/meminfo > /etc/x')).toBe('cpu-count likely')
})

test.each([
  ['RUN echo $RANDOM > /tmp/shell', 'random-token likely'],
  ['RUN ./configure', 'tool-cache certain'],
  ['RUN echo $RANDOM > /etc/other', 'tool-cache certain'],
])('a file in /tmp is its own where the instruction names it: %s', (instruction, expected) => {
  expect(looked('11223\n', '24051\n', instruction, 'tmp/shell')).toBe(expected)
})
