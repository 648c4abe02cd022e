import type { Stack } from '../stack.ts'
import { isHashed, readsOfPython } from './python.ts'
import { pipTemplate } from './python-pip.ts'

export const pythonPoetry: Stack = {
  id: 'python-poetry',
  title: 'Python with Poetry',
  signs: ['poetry.lock', 'pyproject.toml'],
  reads: readsOfPython,
  // Before its first lock a project of Poetry has its own table alone; one that pip installs has requirements.
  fits: project =>
    project.has('poetry.lock') ||
    (/^\[tool\.poetry\]/m.test(project.text('pyproject.toml')) &&
      !['requirements.lock', 'requirements.txt'].some(project.has)),
  // Installed by pip from Poetry's own lock: Poetry itself would have to be locked, too.
  template: project =>
    pipTemplate(project, {
      lock: 'requirements.lock',
      first: isHashed(project.text('requirements.lock'))
        ? []
        : [
            ...(project.has('poetry.lock') ? [] : ['Lock every package: `poetry lock`']),
            'Write what Poetry locked as pip reads it: `poetry export --only main -o requirements.lock` (plugin poetry-plugin-export), again whenever poetry.lock changes',
          ],
    }),
}
