import { leftover } from '../leftover.ts'

/** uv's note of when it installed a package from a local source. */
export const uvCache = leftover({
  id: 'uv-cache',
  title: "uv's installation time is in the layer",
  message:
    "uv writes uv_cache.json with the time of the source it installed from into the package's .dist-info folder.",
  paths: /\.dist-info\/uv_cache\.json$/,
  fix: 'Set UV_NO_INSTALLER_METADATA=1 for the step, or delete the file in the same instruction.',
})
