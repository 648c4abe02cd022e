import type { Project } from '../project.ts'

/** What Python leaves behind on the machine that runs it. */
export const ignoredOfPython = [
  '**/__pycache__',
  '**/*.py[co]',
  '**/.venv',
  '**/*.egg-info',
  '**/.ipynb_checkpoints',
  '**/.pytest_cache',
  '**/.mypy_cache',
  '**/.ruff_cache',
]

export const readsOfPython = ['.python-version', 'pyproject.toml', 'requirements.txt', 'requirements.lock'] as const

/** The version that the project names, else one that most packages have wheels for. */
export const pythonVersion = (project: Project): string =>
  /^3\.\d{1,2}(?=[.\s]|$)/.exec(project.text('.python-version').trim())?.[0] ?? '3.12'

/** The official image of that version. */
export const pythonImage = (project: Project): string => `python:${pythonVersion(project)}-slim-bookworm`

/** How it starts, as far as its files tell. */
export function startOf(project: Project): string {
  const file = ['main.py', 'app.py', 'server.py', 'train.py', 'manage.py', 'src/main.py'].find(project.has)
  if (file !== undefined) return `CMD ["python", "${file}"]`
  const started = project.paths.map(path => /^(?:src\/)?([A-Za-z_]\w*)\/__main__\.py$/.exec(path)?.[1]).find(Boolean)
  if (started !== undefined) return `CMD ["python", "-m", "${started}"]`
  return '# What the image runs: change this.\nCMD ["python", "main.py"]'
}

/** A requirements file in which everything has its hash. */
export const isHashed = (text: string): boolean => /--hash=sha256:[0-9a-f]{64}/.test(text)
