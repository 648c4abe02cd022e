import { leftover } from '../leftover.ts'

/** npm's cache index and its logs: times in the content and in the names. */
export const npmCache = leftover({
  id: 'npm-cache',
  title: "npm's cache or logs are in the layer",
  message:
    'npm writes a log named after the time of the build and an index of its cache with times of download. Neither is needed in an image.',
  paths:
    /(?:^|\/)\.npm(?:\/.*)?$|(?:^|\/)npm-debug\.log$|(?:^|\/)\.cache\/(?:yarn|pnpm|node-gyp)\/|(?:^|\/)usr\/local\/share\/\.cache\/(?:yarn|v\d)/,
  remove: path => `/${path.replace(/(^|\/)(\.npm|\.cache\/[^/]+|\.cache)\/.*$/, '$1$2')}`,
  fix: 'Delete the cache in the same instruction, or mount one over it: RUN --mount=type=cache,target=/root/.npm.',
})
