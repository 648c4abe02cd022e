import { leftover } from '../leftover.ts'

/** fontconfig's cache: modification times of the font folders. */
export const fontconfigCache = leftover({
  id: 'fontconfig-cache',
  title: "fontconfig's cache is in the layer",
  message:
    'fc-cache stores the modification times of the font folders, which are the times of the build. The cache is made again when a program first asks for fonts.',
  paths:
    /(?:^|\/)(?:var\/cache\/fontconfig|\.cache\/fontconfig|usr\/share\/fonts\/.*)\/[^/]+\.cache-\d+$|(?:^|\/)fontconfig\/[^/]*(?:\.uuid|CACHEDIR\.TAG)$/,
  remove: ['/var/cache/fontconfig/*'],
  fix: 'Delete the cache in the same instruction, or set the font folders to a fixed time (`touch -d @$SOURCE_DATE_EPOCH`) before fc-cache.',
})
