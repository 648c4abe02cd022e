import type { Project } from '../project.ts'
import type { Stack } from '../stack.ts'

export const go: Stack = {
  id: 'go',
  title: 'Go',
  signs: ['go.mod'],
  reads: ['go.mod'],
  template: project => ({
    ignored: ['**/*.test', '**/*.out'],
    first: [],
    dockerfile: `# The base images, by their digests: one place to change them.
ARG BASE_IMAGE=${goImage(project)}
ARG FINAL_IMAGE=gcr.io/distroless/static-debian12:nonroot

FROM $BASE_IMAGE AS build
WORKDIR /src
# Modules first: they change less often than the code. go checks each against its hash in go.sum.
COPY --chmod=0644 ${project.has('go.sum') ? 'go.mod go.sum' : 'go.mod'} ./
RUN go mod download
COPY --chmod=u=rwX,go=rX . .
# Neither the folder, nor the state of the checkout, nor an id of the build ends up in the program.
RUN CGO_ENABLED=0 go build -mod=readonly -trimpath -buildvcs=false -ldflags="-s -w -buildid=" -o /out/app ${mainOf(project)}

FROM $FINAL_IMAGE
COPY --from=build /out/app /app
USER 65532:65532
ENTRYPOINT ["/app"]
`,
  }),
}

function goImage(project: Project): string {
  const named = /^go\s+(1\.\d{1,2})/m.exec(project.text('go.mod'))?.[1]
  return `golang:${named ?? '1.25'}-bookworm`
}

/** The package with the program: at the top, or the first one below cmd/. */
function mainOf(project: Project): string {
  if (project.has('main.go')) return '.'
  const folder = project.paths.map(path => /^(cmd\/[\w.-]+)\/[\w.-]+\.go$/.exec(path)?.[1]).find(Boolean)
  return folder === undefined ? '.' : `./${folder}`
}
