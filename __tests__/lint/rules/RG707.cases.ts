import { found, silent } from '../cases.ts'

export const cases = {
  found: [
    found('nobody takes it', `FROM «golang:1» AS builder\nFROM scratch\n`, {
      level: 'notice',
      class: 'drift',
      says: /`builder` is in no way part of the last stage/,
    }),
    found('without a name', `FROM «golang:1»\nFROM scratch\n`, { says: /Stage 0/ }),
    found('after a stage that is used', `FROM a AS x\nFROM «b» AS old\nFROM c\nCOPY --from=x /x /x\n`),
    found('two', `FROM «a» AS old\nFROM «b» AS older\nFROM c\n`),
    found('only the end of a chain', `FROM a AS x\nFROM «x» AS old\nFROM c\n`),
    found('copied from by nobody that counts', `FROM a AS x\nFROM «b» AS old\nCOPY --from=x /x /x\nFROM c\n`),
    found('a name that a copy only looks like', `FROM «a» AS builder\nFROM c\nCOPY --from=builder2 /x /x\n`),
    found('a variable in the base', `ARG V=1\nFROM «a:$V» AS old\nFROM c\n`),
    found('the target is the last stage', `FROM «a» AS old\nFROM c AS final\n`, { target: 'final' }),
    found('Windows', `FROM «mcr.microsoft.com/windows/servercore:ltsc2022» AS old\nFROM scratch\n`),
  ],
  silent: [
    silent('one stage', `FROM a\n`),
    silent('copied from', `FROM a AS x\nFROM b\nCOPY --from=x /x /x\n`),
    silent('by its number', `FROM a\nFROM b\nCOPY --from=0 /x /x\n`),
    silent('mounted', `FROM a AS x\nFROM b\nRUN --mount=from=x,target=/x true\n`),
    silent('continued', `FROM a AS x\nFROM x\n`),
    silent('through a chain', `FROM a AS x\nFROM x AS y\nFROM b\nCOPY --from=y /x /x\n`),
    silent('a target of its own by name', `FROM a AS test\nFROM b AS dev\nFROM c AS unit-tests\nFROM d\n`),
    silent('another target', `FROM a AS x\nFROM b AS y\nFROM c\n`, { target: 'x' }),
    silent('chosen by a variable', `ARG V=cpu\nFROM a AS base-cpu\nFROM b AS base-gpu\nFROM base-\${V}\n`),
    silent('chosen by a variable without a default', `ARG V\nFROM a AS cpu\nFROM b AS gpu\nFROM $V\n`),
    silent('what --output takes out', `FROM a AS b\nFROM scratch AS binaries\nCOPY --from=b /x /\nFROM b\n`),
    silent('a chain', `FROM a AS x\nFROM x AS y\nFROM y\n`),
    silent('a comment', `# FROM a AS x\nFROM b\n`),
  ],
}
