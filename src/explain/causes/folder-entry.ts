import type { Cause } from '../cause.ts'

/** The root folder itself, stored in one side's layer only: every image has it, whether a layer says so or not. */
export const folderEntry: Cause = {
  id: 'folder-entry',
  recognise: ({ entry }) => {
    const own = entry.a ?? entry.b
    if (entry.kind === 'changed' || entry.path !== '.' || own?.type !== 'directory') return null
    const [here, there] = ['stored', 'not stored']
    return {
      confidence: 'certain',
      evidence: [
        {
          what: 'entry of the root folder',
          path: entry.path,
          a: entry.kind === 'only-in-a' ? here : there,
          b: entry.kind === 'only-in-a' ? there : here,
        },
      ],
    }
  },
  describe: () => ({
    title: 'Only one layer stores the root folder itself',
    message:
      'A layer of one side has an entry for the root folder (`/`), the same layer of the other side has none. No file differs by that: builders differ in which folders they write into a layer. kaniko, and archives made with `tar -C folder .`, store the root folder; BuildKit and buildah do not.',
    class: 'machine',
    remedy: {
      text: 'Build both images with the same builder in the same version; for an archive of your own, name what is in the folder (`tar -C folder -cf x.tar $(ls -A folder)`) instead of `.`.',
    },
  }),
}
