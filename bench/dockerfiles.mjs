// What the lint is measured with.

/** A Dockerfile as ML teams write them: so many blocks of instructions, in an order that the seed decides. */
export function dockerfile(seed, blocks) {
  const parts = [
    `ENV TZ=UTC LANG=C.UTF-8 \\\n    MODEL_${seed}=/models/${seed}\n`,
    'RUN apt-get update && apt-get install -y --no-install-recommends \\\n      build-essential \\\n      ca-certificates \\\n      # for downloads\n      curl \\\n      git=1:2.39.2-1.1 \\\n  && rm -rf /var/lib/apt/lists/*\n',
    'COPY requirements.txt /app/\nRUN pip install --no-cache-dir -r /app/requirements.txt\n',
    `RUN python -m pip install torch==2.${seed % 6}.0 'transformers>=4.40' accelerate\n`,
    'RUN curl -fsSL https://example.com/tool-1.2.tar.gz -o /tmp/t.tgz \\\n && echo "0123 /tmp/t.tgz" | sha256sum -c - \\\n && tar -xzf /tmp/t.tgz -C /opt && rm /tmp/t.tgz\n',
    'RUN if [ "$(uname -m)" = "x86_64" ]; then \\\n      wget -q https://example.com/a.sh && bash a.sh; \\\n    else \\\n      for f in a b c; do echo "$f"; done; \\\n    fi\n',
    'RUN <<EOF\nset -e\nconda install -y numpy pandas\nconda clean -afy\nEOF\n',
    'RUN --mount=type=cache,target=/root/.cache/uv --mount=type=bind,source=uv.lock,target=uv.lock \\\n    uv sync --frozen --no-dev\n',
    'RUN git clone --depth 1 -b v1.2 https://github.com/example/repo.git /src \\\n && cd /src && cmake -B build && make -C build -j"$(nproc)" install\n',
    'RUN npm ci --omit=dev && npm run build\n',
    `LABEL org.opencontainers.image.title="image ${seed}" maintainer="ml"\nRUN useradd -m -u 1000 app && chown -R app /app\n`,
    'COPY . /app\nWORKDIR /app\n',
    'RUN date > /built && python -c "import torch; print(torch.__version__)"\n',
  ]
  let text = `# syntax=docker/dockerfile:1\nARG CUDA=12.4.1\nFROM nvidia/cuda:\${CUDA}-cudnn-devel-ubuntu22.04 AS base\n`
  for (let block = 0; block < blocks; block++) {
    text += `\n# step ${block}\n${parts[(seed * 7 + block * (1 + (seed % 4))) % parts.length]}`
    if (block % 12 === 11) text += `\nFROM base AS stage${block}\nCOPY --from=base /app /app\n`
  }
  return `${text}\nENTRYPOINT ["python", "-m", "app"]\n`
}

const many = (count, text) => Array.from({ length: count }, (_, at) => text(at)).join('')
const times = [
  'apt-get install -y p',
  'pip install p',
  'curl -o /t https://e.com/',
  'npm install -g p',
  'git clone https://e.com/r',
]

/** Dockerfiles with so many of one thing: the time of each must grow as its length does. */
export const shapes = {
  stages: n =>
    `FROM debian:12 AS s0\n${many(n, at => `FROM s${at} AS s${at + 1}\nRUN apt-get install -y x\nENV A${at}=1\n`)}`,
  sources: n =>
    `${many(n, at => `FROM debian:12 AS s${at}\nRUN date > /x\n`)}FROM a\n${many(n, at => `COPY --from=s${at} /x /x${at}\n`)}`,
  commands: n => `FROM debian:12\nRUN true${many(n, at => ` \\\n && ${times[at % times.length]}${at}`)}\n`,
  scripts: n => `FROM debian:12\nRUN ${many(n, at => `sh -c "pip install p${at}"; `)}true\n`,
  variables: n => `FROM debian:12\nRUN ${many(n, at => `V${at}=$(date); echo $V${at} > /x${at}; `)}true\n`,
  arguments: n => `FROM debian:12\n${many(n, at => `ARG A${at}=1\nENV E${at}=$A${at}\n`)}RUN echo $E1\n`,
  ignores: n =>
    `FROM debian:12\n${many(n, at => `# repro-gate ignore=RG201 -- x ${at}\nRUN apt-get install -y p${at}\n`)}`,
  comments: n => `FROM debian:12\nRUN true \\\n${many(n, () => '# c\n  x \\\n')}  y\n`,
  heredocs: n => `FROM debian:12\n${many(n, at => `RUN <<EOF\npip install p${at}\nEOF\n`)}`,
}

/** The files of a build context, by path: so many sources, and large lock files with a hash for everything. */
export function contextFiles(sources, locked) {
  const hash = 'a1b2c3d4'.repeat(8)
  const endings = ['py', 'c', 'log', 'txt', 'js', 'json']
  return {
    ...Object.fromEntries(
      Array.from({ length: sources }, (_, at) => [
        `d${at % 50}/e${at % 500}/f${at}.${endings[at % 6]}`,
        `line ${at}\n`,
      ]),
    ),
    'requirements.txt': many(locked, at => `p${at}==1.${at} \\\n    --hash=sha256:${hash}\n`),
    'package.json': `{"dependencies":{${many(locked, at => `"p${at}":"^1.0.${at}",`)}"x":"1.0.0"}}`,
    'package-lock.json': `{"lockfileVersion":3,"packages":{${many(locked, at => `"node_modules/p${at}":{"version":"1.0.${at}","integrity":"sha512-${hash}=="},\n`)}"":{}}}`,
    'pyproject.toml': '[project]\nname = "x"\n',
    'uv.lock': `version = 1\n${many(locked, at => `[[package]]\nname = "p${at}"\nversion = "1"\nsource = { registry = "https://index.example/simple" }\nwheels = [\n    { url = "https://f/p", hash = "sha256:${hash}" },\n]\n`)}`,
    Dockerfile:
      'FROM debian:12\nWORKDIR /app\nCOPY . .\nRUN pip install --require-hashes -r requirements.txt\nRUN npm ci && uv sync --frozen\nRUN make && python -c "import mine"\n',
  }
}
