import { leftover } from '../leftover.ts'

const home = '(?:root|home/[^/]+|var/(?:lib|cache)/[^/]+|opt/[^/]+|app|github/home)'

/** Folders below a home that one program alone writes: downloads, indexes, lists of fonts. */
const folders = [
  '\\.cache/(?:pip|uv|poetry|pypoetry|pdm|hatch|pre-commit|virtualenv|pipenv|matplotlib|fontconfig|torch_extensions|triton|numba|go-build|bazel|ccache|sccache|composer|deno|bun|node/corepack|huggingface/(?:xet|\\.locks|hub/\\.locks)|conda|mamba|rattler)',
  '\\.(?:conda/pkgs|conda/environments\\.txt|mamba/pkgs|gradle/(?:caches|daemon|native|notifications|\\.tmp)|cargo/(?:registry|git)|nuget/(?:packages/\\.tools|http-cache)|local/share/NuGet|ivy2/cache|sbt/boot|triton/cache|nv/ComputeCache|bundle/cache|gem/(?:specs|ruby/[^/]+/cache))',
]

const maven =
  '\\.m2/(?:repository/(?:.+/)?(?:_remote\\.repositories|_maven\\.repositories|resolver-status\\.properties|maven-metadata-[^/]+|[^/]+\\.lastUpdated|\\.cache/.+|\\.meta/.+))'

/** What pip, uv, conda, Hugging Face, Cargo, Maven and others keep to be faster next time. */
export const packageCache = leftover({
  id: 'package-cache',
  title: "A package manager's cache is in the layer",
  message:
    'A package manager or a library left its cache in the layer: what was downloaded when, built where, unpacked under which random name. It differs in every build, and the image does not need it.',
  paths: new RegExp(
    `^${home}/(?:(?:${folders.join('|')})(?:/.*)?|${maven})$|(?:^|/)\\.cache/huggingface/download/.+\\.(?:metadata|lock)$|(?:^|/)(?:conda|miniconda3?|mambaforge|miniforge3|micromamba|anaconda3?)/pkgs/(?:cache/.+|urls(?:\\.txt)?|.+/(?:repodata_record|index)\\.json)$|^go/pkg/mod/cache/.+`,
  ),
  remove: path => `/${folderOf(path)}`,
  fix: 'Keep the cache out of the layer: a cache mount over its folder (`RUN --mount=type=cache,target=/root/.cache …`), or switch it off (`pip install --no-cache-dir`, `uv --no-cache`, `conda clean -afy`), or delete it in the same instruction.',
})

/** The tool's own folder, without what differs inside. */
function folderOf(path: string): string {
  const cut =
    /^(.*?\/\.cache\/(?:huggingface\/(?:xet|\.locks|hub\/\.locks|download)|node\/corepack|[^/]+))(?:\/|$)/.exec(
      path,
    )?.[1] ??
    /^(.*?\/\.(?:conda|mamba|gradle|cargo|nuget|ivy2|sbt|triton|nv|bundle|gem)\/[^/]+)(?:\/|$)/.exec(path)?.[1] ??
    /^(.*?\/pkgs)\/.+$/.exec(path)?.[1]?.concat('/*') ??
    /^(go\/pkg\/mod\/cache)\//.exec(path)?.[1]
  return cut ?? path
}
