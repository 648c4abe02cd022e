import { createMasking } from '../../../src/host/masking.ts'
import { plainForms } from '../../../src/host/secret-forms.ts'
import { secretParts } from '../../../src/host/secret-parts.ts'
import { parts } from '../parts.ts'
import { promise, type Target } from '../target.ts'

export const target: Target = {
  name: 'secrets',
  what: 'files of credentials, what is secret in them, and logs that hold it',
  seeds: [
    'https://user:hunter2hunter2@host.test/x\n=====\nfetching https://user:hunter2hunter2@host.test/x',
    'machine host.test login me password s3cr3ts3cr3t\n=====\nsaid s3cr3ts3cr3t',
    '//registry.test/:_authToken=npm_0123456789abcdef\n=====\nnpm_0123456789abcdef',
    '{"auths":{"x":{"auth":"dXNlcjpodW50ZXIyaHVudGVyMg==","identitytoken":"0123456789abcdef"}}}\n=====\naHVudGVyMmh1bnRlcjI=',
    'user:p%2Bssw0rd!\n=====\nuser:p+ssw0rd!',
    'DB_PASSWORD="a b c d e f"\nexport TOKEN=\'0123456789\'\n=====\n0123456789 01234…',
  ],
  words: [
    ...[
      '\n=====\n',
      '://',
      '@',
      ':',
      'password ',
      'machine ',
      'default ',
      '_authToken=',
      'secret = ',
      '"auth":"',
      '%2B',
    ],
    ...['%', '=', "'", '"', '{', '[', '…', '...', '***', 'hunter2hunter2', 'dXNlcjo', '\r', '\n', '\0', '\ud800', '😀'],
  ],
  ms: { fixed: 200, perKiB: 60 },
  run(bytes) {
    const [file = '', log = ''] = parts(bytes).map(String)
    const found = secretParts(file)
    promise(
      found.every(part => part.length >= 8 && part.length <= file.length),
      'a part of a secret is a part of it, and no word',
    )
    const masking = createMasking([file])
    const all = `${log}\n${found.join('\n')}\n${file}`
    const shown = masking.text(all)
    promise(
      plainForms([file]).every(form => form.includes('*') || !shown.includes(form)),
      'what is secret is not shown',
    )
    promise(masking.bytes(Buffer.from(all)).length === Buffer.byteLength(all), 'a mask keeps the length of bytes')
  },
}
