import { found, silent } from '../cases.ts'

const base = 'FROM debian:12\n'
const secret = '--mount=type=secret,id=token'

export const cases = {
  found: [
    found(
      'pip config',
      `${base}RUN ${secret} «pip» config set global.index-url https://$(cat /run/secrets/token)@example.com/\n`,
      {
        level: 'notice',
        class: 'machine',
        says: /stays in the image, by `pip`/,
      },
    ),
    found('npm config', `${base}RUN ${secret},env=TOKEN «npm» config set //r.example.com/:_authToken=$TOKEN\n`),
    found(
      'git config',
      `${base}RUN ${secret} «git» config --global url."https://$(cat /run/secrets/token)@github.com".insteadOf https://github.com\n`,
    ),
    found('echo into a file', `${base}RUN ${secret},env=TOKEN «echo» "machine x password $TOKEN" > /root/.netrc\n`),
    found('copied', `${base}RUN --mount=type=secret,id=npmrc,target=/s/npmrc «cp» /s/npmrc /root/.npmrc && npm ci\n`),
    found('cat into a file', `${base}RUN ${secret} «cat» /run/secrets/token > /root/.token\n`),
    found('hf auth login', `${base}RUN ${secret} «hf» auth login --token $(cat /run/secrets/token)\n`),
    found(
      'ssh-keyscan',
      `${base}RUN --mount=type=ssh mkdir -p /root/.ssh && «ssh-keyscan» github.com >> /root/.ssh/known_hosts\n`,
      {
        says: /What a server answers/,
      },
    ),
    found(
      'one finding for a RUN',
      `${base}RUN ${secret} «cat» /run/secrets/token > /a && cat /run/secrets/token > /b\n`,
    ),
  ],
  silent: [
    silent('read where it is', `${base}RUN --mount=type=secret,id=npmrc,target=/root/.npmrc npm ci\n`),
    silent(
      'in an option',
      `${base}RUN ${secret} pip install --index-url https://$(cat /run/secrets/token)@example.com/ x\n`,
    ),
    silent(
      'in a header',
      `${base}RUN ${secret} curl -H "Authorization: $(cat /run/secrets/token)" -o /x https://example.com/x\n`,
    ),
    silent('in the environment', `${base}RUN ${secret},env=HF_TOKEN hf download org/model\n`),
    silent('exported', `${base}RUN ${secret} export TOKEN=$(cat /run/secrets/token) && npm ci\n`),
    silent(
      'removed again',
      `${base}RUN --mount=type=secret,id=n,target=/s/n cp /s/n /root/.npmrc && npm ci && rm /root/.npmrc\n`,
    ),
    silent('for the time of one command', `${base}RUN ${secret} TOKEN=$(cat /run/secrets/token) npm ci\n`),
    silent('shown', `${base}RUN ${secret} cat /run/secrets/token | wc -c\n`),
    silent('ssh', `${base}RUN --mount=type=ssh git clone git@github.com:o/r.git\n`),
    silent('no secret', `${base}RUN pip config set global.timeout 60 && cp a b && ssh-keyscan x >> y\n`),
    silent('another setting', `${base}RUN ${secret} git config --global user.name x && npm ci\n`),
    silent(
      'a stage that is not shipped',
      `FROM debian:12 AS b\nRUN ${secret} cat /run/secrets/token > /root/.token\nFROM scratch\nCOPY --from=b /x /x\n`,
    ),
    silent('a comment', `${base}# RUN ${secret} cat /run/secrets/token > /t\n`),
  ],
}
