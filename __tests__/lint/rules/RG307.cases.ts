import { found, silent } from '../cases.ts'

const base = 'FROM continuumio/miniconda3:24.1.2-0\n'
const md5 = 'd7c89558ba9fa0495403155b64376d81'
const explicit = (hash: string): string =>
  `# platform: linux-64\n@EXPLICIT\nhttps://conda.test/linux-64/a-1-h1_0.conda#${md5}\nhttps://conda.test/linux-64/b-1-h1_0.conda${hash}\n`
const condaLock = (hash: string): string => `version: 1
metadata:
  platforms: [linux-64]
package:
- name: a
  version: '1'
  manager: conda
  platform: linux-64
  dependencies:
    python: '>=3'
  url: https://conda.test/linux-64/a-1-h1_0.conda
  hash:
    md5: ${md5}
    sha256: ${hash}
  category: main
`
const pixiFiles = { 'pixi.toml': '', 'pixi.lock': 'version: 6\npackages:\n' }

export const cases = {
  found: [
    found('bare names', `${base}RUN conda install -y -c conda-forge «numpy» pandas && conda clean -afy\n`, {
      level: 'warning',
      class: 'drift',
      says: /`numpy` and `pandas`.*conda-lock/s,
    }),
    found('a range', `${base}RUN mamba install --yes python=3.11.8=hab00c5b_0_cpython «'numpy>=1.26'»\n`, {
      level: 'warning',
    }),
    found(
      'versions without builds: a notice',
      `${base}RUN conda install -y «numpy=1.26.4» conda-forge::scipy==1.12.0\n`,
      {
        level: 'notice',
        says: /`numpy=1\.26\.4` and `conda-forge::scipy==1\.12\.0`/,
      },
    ),
    found(
      'micromamba create',
      `FROM mambaorg/micromamba:1.5\nRUN micromamba create -y -n x -c conda-forge «python=3.11»\n`,
      {
        level: 'notice',
      },
    ),
    found('a build with a wildcard', `${base}RUN conda install «"pytorch=2.2.0=*cuda*"»\n`, { level: 'notice' }),
    found(
      'an environment file',
      `${base}COPY environment.yml /tmp/\nRUN conda env create -f «/tmp/environment.yml»\n`,
      {
        files: { 'environment.yml': 'dependencies:\n  - python=3.11\n  - numpy\n  - pip:\n    - requests>=2\n' },
        level: 'warning',
        says: /`numpy` and `requests>=2`/,
      },
    ),
    found(
      'the environment file that it takes by itself',
      `${base}WORKDIR /app\nCOPY . .\nRUN «conda env create» -n x\n`,
      {
        files: { 'environment.yml': 'dependencies: [python=3.11]\n' },
        level: 'notice',
      },
    ),
    found(
      'micromamba -f',
      `FROM mambaorg/micromamba:1.5\nCOPY env.yaml /tmp/env.yaml\nRUN micromamba install -y -n base -f «/tmp/env.yaml»\n`,
      {
        files: { 'env.yaml': 'dependencies: [python]\n' },
      },
    ),
    found(
      'an environment file that we cannot read',
      `${base}COPY environment.yml .\nRUN mamba env update -n base -f «environment.yml»\n`,
      {
        level: 'notice',
        says: /could not read/,
      },
    ),
    found('a list of packages', `${base}COPY r.txt .\nRUN conda install -y «--file=r.txt»\n`, {
      files: { 'r.txt': '# x\nnumpy=1.26\npandas\n' },
      level: 'warning',
      says: /`pandas`/,
    }),
    found('@EXPLICIT with a checksum missing', `${base}COPY e.txt .\nRUN conda create -n x --file «e.txt»\n`, {
      files: { 'e.txt': explicit('') },
      level: 'error',
      says: /`b-1-h1_0\.conda` \(e\.txt:4\)/,
    }),
    found('@EXPLICIT with a checksum nobody computed', `${base}COPY e.txt .\nRUN conda install --file «e.txt»\n`, {
      files: { 'e.txt': explicit(`#${'0'.repeat(32)}`) },
      level: 'error',
      says: /nobody computed/,
    }),
    found(
      'conda-lock.yml with a placeholder',
      `FROM mambaorg/micromamba:1.5\nCOPY conda-lock.yml .\nRUN micromamba create -y -n x -f «conda-lock.yml»\n`,
      {
        files: { 'conda-lock.yml': condaLock('a'.repeat(64)) },
        level: 'error',
        says: /`a` \(conda-lock\.yml:14\)/,
      },
    ),
    found('updates', `${base}RUN «conda update» -n base conda && «conda update» --all -y\n`, {
      says: /`conda`: this takes/,
    }),
    found('an address without checksum', `${base}RUN conda install «https://conda.test/linux-64/a-1-0.conda»\n`, {
      level: 'notice',
    }),
    found('pixi install', `FROM ghcr.io/prefix-dev/pixi:0.30.0\nWORKDIR /app\nCOPY . .\nRUN «pixi install» -e prod\n`, {
      files: pixiFiles,
      fixed: `FROM ghcr.io/prefix-dev/pixi:0.30.0\nWORKDIR /app\nCOPY . .\nRUN pixi install --locked -e prod\n`,
    }),
    found(
      'pixi add, global install',
      `FROM ghcr.io/prefix-dev/pixi:0.30.0\nRUN «pixi add» numpy && pixi global install «ruff»\n`,
    ),
  ],
  silent: [
    silent(
      'version and build',
      `${base}RUN conda install -y numpy=1.26.4=py311h64a7726_0 'scipy==1.12.0=py311h64a7726_2'\n`,
    ),
    silent('brackets', `${base}RUN conda install "numpy[version='1.26.4', build='py311h64a7726_0']"\n`),
    silent('an address with its checksum', `${base}RUN conda install https://conda.test/linux-64/a-1-0.conda#${md5}\n`),
    silent('@EXPLICIT', `${base}COPY explicit.txt .\nRUN conda create -y -n x --file explicit.txt\n`, {
      files: { 'explicit.txt': explicit(`#${md5}`) },
    }),
    silent(
      '@EXPLICIT without the context',
      `${base}COPY explicit.txt conda-linux-64.lock .\nRUN conda install --file explicit.txt && conda create -n x --file conda-linux-64.lock\n`,
    ),
    silent(
      'conda-lock',
      `FROM mambaorg/micromamba:1.5\nCOPY conda-lock.yml .\nRUN micromamba create -y -n x -f conda-lock.yml && conda-lock install -n y conda-lock.yml\n`,
      {
        files: { 'conda-lock.yml': condaLock('4f53cda18c2baa0c0354bb5f9a3ecbe5ed12ab4d8e11ba873c2f11161202b945') },
      },
    ),
    silent('an exported environment', `${base}COPY environment.yml .\nRUN conda env create -f environment.yml\n`, {
      files: { 'environment.yml': 'dependencies:\n  - python=3.11.8=hab00c5b_0_cpython\n' },
    }),
    silent(
      'pixi --locked, --frozen',
      `FROM ghcr.io/prefix-dev/pixi:0.30.0\nCOPY . .\nRUN pixi install --locked && pixi install --frozen -e x\nENV PIXI_FROZEN=true\nRUN pixi install\n`,
      {
        files: pixiFiles,
      },
    ),
    silent(
      'pixi without a lock is RG303',
      `FROM ghcr.io/prefix-dev/pixi:0.30.0\nCOPY . /a\nWORKDIR /a\nRUN pixi install\n`,
      {
        files: { 'pixi.toml': '' },
      },
    ),
    silent(
      'other actions',
      `${base}RUN conda clean -afy && conda config --set x y && conda activate base && conda init bash && conda list && conda info && conda run -n x python -V && pixi run x && conda remove numpy\n`,
    ),
    silent('an empty environment', `${base}RUN conda create -y -n x && conda create --clone base -n y\n`),
    silent(
      'versions that are not known',
      `${base}RUN conda install "python=$PYTHON_VERSION" \${PKGS} cuda-toolkit=$V\n`,
    ),
    silent('only tried', `${base}RUN conda install --dry-run numpy && conda install --help\n`),
    silent('a package of one’s own', `${base}RUN conda install /tmp/x-1-0.tar.bz2 ./y.conda\n`),
    silent('only said', `${base}RUN echo conda install numpy\n`),
    silent('an unreachable stage', 'FROM continuumio/miniconda3 AS a\nRUN conda install numpy\nFROM debian:12\n'),
  ],
}
