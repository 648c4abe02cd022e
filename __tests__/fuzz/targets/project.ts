import { parseDockerfile } from '../../../src/dockerfile/parse.ts'
import { findProblems } from '../../../src/dockerfile/problem.ts'
import { planOf } from '../../../src/init/plan.ts'
import type { Project } from '../../../src/init/project.ts'
import { detect, stacks } from '../../../src/init/stacks.ts'
import { parseConfig } from '../../../src/options/config.ts'
import { readYaml } from '../../../src/options/yaml-source.ts'
import { border, isClean, parts } from '../parts.ts'
import { promise, type Target } from '../target.ts'

const folder = (...files: [path: string, text: string][]): string => files.flat().join(border)

export const target: Target = {
  name: 'project',
  what: 'folders of projects, and the Dockerfile, workflow and configuration that init writes for them',
  seeds: [
    folder(
      ['package.json', '{"main":"a.js","scripts":{"build":"x"},"packageManager":"pnpm@9.1.0"}'],
      ['.nvmrc', 'v22.1.0'],
    ),
    folder(['package.json', '{}'], ['package-lock.json', '{}'], ['server.js', '']),
    folder(['package.json', '{}'], ['yarn.lock', ''], ['pnpm-lock.yaml', '']),
    folder(['go.mod', 'module x.test/a/b\n\ngo 1.24.1\ntoolchain go1.24.3\n'], ['go.sum', ''], ['cmd/a/main.go', '']),
    folder(['Cargo.toml', '[package]\nname = "a"\nrust-version = "1.80"\n[[bin]]\nname = "b"\n'], ['Cargo.lock', '']),
    folder(
      ['pyproject.toml', '[project]\nname = "a"\nrequires-python = ">=3.11"\n[project.scripts]\nx = "a:b"\n'],
      ['uv.lock', ''],
    ),
    folder(
      ['pyproject.toml', '[tool.poetry]\nname="a"\n'],
      ['poetry.lock', 'python-versions = ">=3.9"\n'],
      ['.python-version', '3.12'],
    ),
    folder(['requirements.txt', 'torch==2.4.0 --hash=sha256:00\n'], ['app.py', ''], ['runtime.txt', 'python-3.12.1']),
    folder(['environment.yml', 'name: a\ndependencies:\n - python=3.12\n']),
    folder(['docker/Dockerfile', 'FROM a\nCOPY x y\n'], ['docker/x', ''], ['.github/workflows/a.yml', 'on: push\n']),
  ],
  words: [
    ...[
      border,
      '\n',
      '"',
      "'",
      '\\',
      '$(x)',
      '`',
      '${{ x }}',
      '#',
      ': ',
      ' ',
      '\nRUN x\n',
      '\nFROM x\n',
      ']',
      '../',
      '/',
    ],
    ...[
      '"main":',
      '"scripts":',
      '"build"',
      '"packageManager":',
      'module ',
      'go 1.',
      'name = ',
      'python',
      '>=3.',
      'Dockerfile',
    ],
    ...stacks.flatMap(({ signs, reads }) => [...signs, ...reads]).map(path => border + path + border),
  ],
  ms: { fixed: 200, perKiB: 60 },
  run(bytes) {
    const all = parts(bytes, 40).map(String)
    const texts = new Map(
      all.flatMap((path, at) => (at % 2 === 0 ? [[path, all[at + 1] ?? '']] : [])) as [string, string][],
    )
    // Those that a folder can have: who walks it meets no `..`, and no name that is empty.
    const paths = [...texts.keys()].filter(
      path => !path.includes('\0') && !path.split('/').some(name => /^\.{0,2}$/.test(name)),
    )
    const project: Project = { paths, has: path => paths.includes(path), text: path => texts.get(path) ?? '' }
    const found = detect(project)
    for (const stack of [found.stack, ...found.others])
      for (const { path, text } of planOf(project, stack, 'a/b', 'v1').files) {
        if (text === null) continue
        promise(isClean(text), 'what is written is clean text')
        if (path === 'Dockerfile') {
          const file = parseDockerfile(text, path)
          promise(findProblems(file).length === 0, 'a Dockerfile that is written has no faults')
          promise(
            file.instructions.every(({ range }) => !/^(RUN|FROM) x/.test(text.slice(range.start, range.end))),
            'what a project says is no instruction',
          )
        } else if (/\.ya?ml$/.test(path)) promise(readYaml(text, path).errors.length === 0, 'what is written is YAML')
        if (path === '.repro-gate.yml') parseConfig(text, path)
      }
  },
}
