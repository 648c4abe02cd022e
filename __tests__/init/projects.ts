import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** A hash as pip writes them, of no file at all: but nobody can see that. */
const hash = '--hash=sha256:70e8a77beed4562e7f14fe23a786b54f6296e34344c23bc42f07b15018ff98e9'

/** A small project of each stack, by its id: what its own tools would have left there. */
export const projects: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'python-uv': {
    'pyproject.toml': '[project]\nname = "a"\nversion = "1"\nrequires-python = ">=3.11"\ndependencies = ["six"]\n',
    'uv.lock': `version = 1\n\n[[package]]\nname = "six"\nversion = "1.16.0"\nsource = { registry = "https://pypi.org/simple" }\nwheels = [\n    { url = "https://files.example/six.whl", hash = "${hash.slice(7)}" },\n]\n`,
    'main.py': 'print(1)\n',
  },
  'python-poetry': {
    'pyproject.toml': '[tool.poetry]\nname = "a"\nversion = "1"\n',
    'poetry.lock': '[[package]]\nname = "six"\nversion = "1.16.0"\n',
    'requirements.lock': `six==1.16.0 ${hash}\n`,
    'main.py': 'print(1)\n',
  },
  conda: {
    'environment.yml': 'name: a\ndependencies: [numpy]\n',
    'conda-linux-64.lock':
      '@EXPLICIT\nhttps://conda.anaconda.org/conda-forge/linux-64/numpy-1.26.4-py311h64a7726_0.conda#a502d7aad449a1206efb366d6a12c52d\n',
    'main.py': 'print(1)\n',
  },
  'python-torch': {
    'requirements.txt': 'torch==2.4.0\n',
    'requirements.lock': `torch==2.4.0 ${hash}\n`,
    'train.py': 'print(1)\n',
  },
  'python-pip': {
    'requirements.txt': 'six\n',
    'requirements.lock': `six==1.16.0 ${hash}\n`,
    'app/__main__.py': 'print(1)\n',
  },
  go: { 'go.mod': 'module a\n\ngo 1.23\n', 'cmd/tool/main.go': 'package main\nfunc main() {}\n' },
  rust: {
    'Cargo.toml': '[package]\nname = "hello"\nversion = "0.1.0"\nedition = "2021"\n',
    'Cargo.lock': 'version = 3\n\n[[package]]\nname = "hello"\nversion = "0.1.0"\n',
    'src/main.rs': 'fn main() {}\n',
  },
  'node-pnpm': {
    'package.json': '{"name":"a","version":"1.0.0","main":"index.js","packageManager":"pnpm@10.0.0+sha512.b82b"}\n',
    'pnpm-lock.yaml': "lockfileVersion: '9.0'\n",
    'index.js': 'console.log(1)\n',
  },
  'node-yarn': {
    'package.json': '{"name":"a","version":"1.0.0","main":"index.js"}\n',
    'yarn.lock': '# yarn lockfile v1\n',
    'index.js': 'console.log(1)\n',
  },
  'node-npm': {
    'package.json': '{"name":"a","version":"1.0.0","main":"./index.js"}\n',
    'package-lock.json':
      '{"name":"a","version":"1.0.0","lockfileVersion":3,"requires":true,"packages":{"":{"name":"a","version":"1.0.0"}}}\n',
    'index.js': 'console.log(1)\n',
  },
  plain: { 'README.md': 'hello\n' },
}

/** Other shapes of the same stacks, whose templates have lines of their own. */
export const variants: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'node-npm, with a build': {
    ...projects['node-npm'],
    'package.json': '{"name":"a","version":"1.0.0","scripts":{"build":"tsc"}}\n',
  },
  'node-yarn, a later one': { ...projects['node-yarn'], '.yarnrc.yml': 'nodeLinker: node-modules\n' },
  'node-yarn, a later one with its program and its own way of packages': {
    ...projects['node-yarn'],
    'yarn.lock': '__metadata:\n  version: 8\n',
    '.yarnrc.yml': 'yarnPath: .yarn/releases/yarn-4.9.0.cjs\n',
    '.yarn/releases/yarn-4.9.0.cjs': '//\n',
  },
}

export function writeProject(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}
