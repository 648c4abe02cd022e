import { found, silent } from '../cases.ts'

const digest = `sha256:${'4f'.repeat(32)}`
const from = `FROM debian@${digest}\n`

export const cases = {
  found: [
    found('the newest stable one', `# syntax=«docker/dockerfile:1»\n${from}`, {
      level: 'notice',
      class: 'drift',
      says: /moves with every release(?:.|\n)*imagetools inspect docker\/dockerfile:1 /,
    }),
    found('a minor version', `# syntax=«docker/dockerfile:1.7»\n${from}`, {
      level: 'notice',
      says: /moves with every correction of version 1\.7/,
    }),
    found('the newest labs', `# syntax=«docker/dockerfile:1-labs»\n${from}`, { level: 'notice' }),
    found('labs', `# syntax=«docker/dockerfile:labs»\n${from}`, { level: 'warning', says: /experiments included/ }),
    found('upstream', `# syntax=«docker/dockerfile-upstream:master»\n${from}`, { level: 'warning' }),
    found('a flavour of upstream', `# syntax=«docker/dockerfile-upstream:master-labs»\n${from}`, { level: 'warning' }),
    found('no tag', `# syntax=«docker/dockerfile»\n${from}`, { level: 'warning' }),
    found('latest', `# syntax=«docker/dockerfile:latest»\n${from}`, { level: 'warning' }),
    found('the old experiments', `# syntax = «docker/dockerfile:experimental»\n${from}`, { level: 'warning' }),
    found('another directive before it', `# escape=\\\n#syntax=«docker/dockerfile:1.4»\n${from}`),
    found('somebody else’s frontend', `# syntax=«ghcr.io/o/frontend:v2»\n${from}`, { level: 'notice' }),
    found('words for the frontend behind it', `# syntax=«docker/dockerfile:1» --flag\n${from}`),
    found('BOM and CRLF', `\ufeff# syntax=«docker/dockerfile:1»\r\nFROM debian@${digest}\r\n`),
  ],
  silent: [
    silent('a digest', `# syntax=docker/dockerfile:1@${digest}\n${from}`),
    silent('a digest behind labs', `# syntax=docker/dockerfile:labs@${digest}\n${from}`),
    silent('a whole version', `# syntax=docker/dockerfile:1.7.1\n${from}`),
    silent('a whole version of labs', `# syntax=docker/dockerfile:1.7.1-labs\n${from}`),
    silent('a whole version with a v', `# syntax=ghcr.io/o/frontend:v2.0.1\n${from}`),
    silent('no syntax line', from),
    silent('a comment that is none', `# my syntax=docker/dockerfile:1\n${from}`),
    silent('a syntax line below a comment', `# a comment\n# syntax=docker/dockerfile:1\n${from}`),
    silent('a syntax line below FROM', `${from}# syntax=docker/dockerfile:1\n`),
    silent('another directive', `# escape=\\\n${from}`),
    silent('a placeholder for a digest is another rule', `# syntax=docker/dockerfile:1@sha256:TODO\n${from}`),
    silent(
      'an ignore for the file',
      `# syntax=docker/dockerfile:1\n# repro-gate ignore-file=RG105 -- Docker's advice\n${from}`,
    ),
  ],
}
