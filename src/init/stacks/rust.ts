import { parse } from 'smol-toml'
import type { Project } from '../project.ts'
import type { Stack } from '../stack.ts'

export const rust: Stack = {
  id: 'rust',
  title: 'Rust',
  signs: ['Cargo.lock', 'Cargo.toml'],
  reads: ['Cargo.toml', 'rust-toolchain.toml', 'rust-toolchain'],
  template: project => ({
    ignored: ['target'],
    first: project.has('Cargo.lock') ? [] : ['Lock every crate: `cargo generate-lockfile`'],
    dockerfile: `# The base images, by their digests: one place to change them.
ARG BASE_IMAGE=${rustImage(project)}
ARG FINAL_IMAGE=gcr.io/distroless/cc-debian12:nonroot

FROM $BASE_IMAGE AS build
# The time of the commit: repro-gate gives it, and docker build takes it by --build-arg. Build scripts use it in place of the clock.
ARG SOURCE_DATE_EPOCH
WORKDIR /src
COPY --chmod=u=rwX,go=rX . .
# cargo checks each crate against its hash in Cargo.lock.
RUN cargo build --release --locked

FROM $FINAL_IMAGE
COPY --from=build /src/target/release/${programOf(project)} /app
USER 65532:65532
ENTRYPOINT ["/app"]
`,
  }),
}

function rustImage(project: Project): string {
  const text = project.text('rust-toolchain.toml') || project.text('rust-toolchain')
  const named = /(?:^|")(1\.\d{1,3}(?:\.\d{1,2})?)(?:"|\s|$)/m.exec(text)?.[1]
  return `rust:${named ?? '1.91'}-slim-bookworm`
}

/** The name of the program: the package's, unless a [[bin]] has its own. */
function programOf(project: Project): string {
  const { package: own, bin } = tables(project.text('Cargo.toml'))
  const name = nameIn(Array.isArray(bin) ? bin[0] : undefined) ?? nameIn(own)
  return name ?? 'app'
}

const nameIn = (table: unknown): string | undefined => {
  const name = typeof table === 'object' && table !== null && 'name' in table ? table.name : undefined
  return typeof name === 'string' && /^[\w-]{1,100}$/.test(name) ? name : undefined
}

function tables(text: string): Record<string, unknown> {
  try {
    return parse(text)
  } catch {
    return {}
  }
}
