// How fast Dockerfiles are linted: 1,000 of real size, how the time grows with a file's length, and the start of the CLI.
//   node bench/lint.mjs [--files 1000] [--cli dist/cli/index.cjs]
// Prints one JSON line; milliseconds. Every rule runs (profile strict). A file is parsed and linted once, as a user does it.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { build } from 'esbuild'

const { values: options } = parseArgs({
  options: {
    files: { type: 'string', default: '1000' },
    cli: { type: 'string', default: fileURLToPath(new URL('../dist/cli/index.cjs', import.meta.url)) },
  },
})
const folder = mkdtempSync(join(tmpdir(), 'lint-bench-'))
try {
  const { parseDockerfile, lint, defaultSettings } = await bundled()
  const once = text => {
    const start = performance.now()
    lint({
      dockerfile: parseDockerfile(text, 'Dockerfile'),
      ...{ buildArgs: {}, buildContexts: [], context: null, ignoreFile: null, git: null, workflows: [] },
      settings: { ...defaultSettings, profile: 'strict' },
    })
    return performance.now() - start
  }
  const files = Array.from({ length: Number(options.files) }, (_, at) => dockerfile(at, 6 + (at % 10)))
  const times = files.map(once)
  const sorted = [...times].sort((a, b) => a - b)
  const at = share => round(sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))])
  const lines = files.map(text => text.split('\n').length)
  console.log(
    JSON.stringify({
      node: process.version,
      files: files.length,
      linesPerFile: Math.round(sum(lines) / lines.length),
      perFile: {
        mean: round(sum(times) / times.length),
        median: at(0.5),
        p99: at(0.99),
        worst: at(1),
        first: round(times[0]),
      },
      growth: [10, 20, 40, 80, 160].map(blocks => {
        const text = dockerfile(1, blocks)
        return { lines: text.split('\n').length, time: round(Math.min(once(text), once(text), once(text))) }
      }),
      cliStart: cliStart(),
    }),
  )
} finally {
  rmSync(folder, { recursive: true, force: true })
}

async function bundled() {
  const outfile = join(folder, 'lint.mjs')
  await build({
    stdin: {
      contents: `export { parseDockerfile } from './dockerfile/parse.ts'
        export { lint } from './lint/lint.ts'
        export { defaultSettings } from './lint/settings.ts'`,
      resolveDir: fileURLToPath(new URL('../src/', import.meta.url)),
      loader: 'ts',
    },
    ...{ outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' },
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
  })
  return import(pathToFileURL(outfile).href)
}

/** The whole command on a small folder, the best of five. */
function cliStart() {
  const context = join(folder, 'Dockerfile')
  writeFileSync(context, dockerfile(0, 4))
  const runs = Array.from({ length: 5 }, () => {
    const start = performance.now()
    execFileSync(process.execPath, [options.cli, 'lint', folder, '--fail-on', 'never'], {
      stdio: 'ignore',
      cwd: folder,
    })
    return performance.now() - start
  })
  return round(Math.min(...runs))
}

/** A Dockerfile as ML teams write them: so many blocks of instructions, in an order that the seed decides. */
function dockerfile(seed, blocks) {
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

function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0)
}
function round(number) {
  return Math.round(number * 100) / 100
}
