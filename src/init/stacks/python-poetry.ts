import type { Stack } from '../stack.ts'
import { isHashed, readsOfPython } from './python.ts'
import { pipTemplate } from './python-pip.ts'

export const pythonPoetry: Stack = {
  id: 'python-poetry',
  title: 'Python with Poetry',
  signs: ['poetry.lock'],
  reads: readsOfPython,
  // Installed by pip from Poetry's own lock: Poetry itself would have to be locked, too.
  template: project =>
    pipTemplate(project, {
      lock: 'requirements.lock',
      first: isHashed(project.text('requirements.lock'))
        ? []
        : [
            'Write what Poetry locked as pip reads it: `poetry export --only main -o requirements.lock` (plugin poetry-plugin-export), again whenever poetry.lock changes',
          ],
    }),
}
