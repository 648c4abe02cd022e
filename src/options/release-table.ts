import { entry, type OptionEntry } from './option-entry.ts'

/** What is published once it is proven: names and formats are docker/build-push-action's. */
export const releaseTable = {
  push: entry('push', 'switch', '', 'Publish the image under `tags` once it is proven; nothing is pushed otherwise', {
    fallback: 'false',
  }),
  tags: entry(
    'tag',
    'list',
    'NAME:TAG',
    'Names that the proven image gets, in one registry or several; of a bake or compose file `IMAGE=NAME:TAG`, instead of those in the file',
    {
      short: 't',
    },
  ),
  outputs: entry(
    'output',
    'lines',
    'type=image,KEY=VALUE',
    'How the published image is packed: compression, compression-level, force-compression, oci-mediatypes; with `push` both builds are packed and compared so',
    { short: 'o', fallback: 'type=image,compression=gzip,oci-mediatypes=true' },
  ),
  provenance: entry(
    'provenance',
    'text',
    'TEXT',
    "BuildKit's provenance attestation beside the published image: true, false, mode=min or mode=max",
    { fallback: 'false' },
  ),
} as const satisfies Record<string, OptionEntry>
