import type { Download } from './download.ts'

/** Whether a download is the key or the definition of a package repository: by where it goes. */
export const isRepositoryKey = ({ files, sink }: Download): boolean =>
  files.some(file =>
    /^\/etc\/(apt|yum\.repos\.d|zypp|pki|apk)\/|^\/usr\/share\/keyrings\/|\.(gpg|key|repo|list|sources)$/.test(file),
  ) ||
  (sink.kind === 'pipe' &&
    (/^(gpg|gpg2|apt-key|rpm)$/.test(sink.into.name) ||
      sink.into.words.some(({ partial }) => /^\/etc\/(apt|yum\.repos\.d)\/|keyrings\//.test(partial))))
