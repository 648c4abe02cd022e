import { found, silent } from '../cases.ts'

const base = 'FROM golang:1.22\n'

export const cases = {
  found: [
    found('@latest', `${base}RUN go install «github.com/air-verse/air@latest»\n`, {
      level: 'warning',
      class: 'drift',
      says: /github\.com\/air-verse\/air@v1\.2\.3/,
    }),
    found('a branch', `${base}RUN go install «x.test/a/b@main»\n`),
    found('a tag that is no version', `${base}RUN go get «x.test/a/b@some_tag»\n`),
    found('a part of a version', `${base}RUN go install «google.golang.org/protobuf/cmd/protoc-gen-go@v1.28»\n`),
    found('upgrade and patch', `${base}RUN go get «x.test/a@upgrade» && go get «x.test/a@patch»\n`),
    found('a comparison', `${base}RUN go get «'x.test/a@>=v1.2.0'»\n`),
    found('no version outside of a module', `${base}RUN go install «example.com/pkg»\n`),
    found('go get without a version', `${base}COPY . .\nRUN go get -v «github.com/hashicorp/consul»\n`),
    found('go get -tool', `${base}RUN go get -tool «foobar»\n`),
    found('go run', `${base}RUN go run «example.com/pkg@latest» -f x@latest\n`),
    found('go get -u of all', `${base}COPY . .\nRUN «go get» -u ./... && «go get» -u\n`, { says: /go get -u/ }),
    found(
      'behind options with values',
      `${base}RUN CGO_ENABLED=0 go install -v -ldflags '-s -w' -tags netgo «x.test/a@latest»\n`,
    ),
    found('JSON form', `${base}RUN ["go", "install", «"x.test/a@latest"»]\n`),
    found('several, one finding', `${base}RUN go install x.test/a@v1.2.3 «x.test/b@latest» x.test/c@master\n`, {
      says: /`x\.test\/b@latest` and `x\.test\/c@master`/,
    }),
    found('go by its path, heredoc', `${base}RUN <<EOF\n/usr/local/go/bin/go install «x.test/a@latest»\nEOF\n`),
    found('a variable with a value', `${base}ARG V=latest\nRUN go install «x.test/a@$V»\n`),
  ],
  silent: [
    silent(
      'a version',
      `${base}RUN go install x.test/a@v1.2.3 && go get x.test/a@v2.0.0+incompatible && go run x.test/a@v1.0.0-rc.1 -f\n`,
    ),
    silent('a pseudo version', `${base}RUN go install x.test/a@v0.0.0-20240102030405-abcdef123456\n`),
    silent(
      'a commit',
      `${base}RUN go get x.test/a@4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f && go install x.test/a@4f4f4f4f4f4f\n`,
    ),
    silent(
      'a version that is not known',
      `${base}ARG V\nRUN go install x.test/a@$V && go install "x.test/b@v\${W}" && go install $LIST\n`,
    ),
    silent(
      'folders',
      `${base}RUN go install ./cmd/x && go install . && go install ./... && go install /go/app/x && go run ../x && go run main.go && go get ./... && go get .\n`,
    ),
    silent(
      'no version inside a module',
      `${base}COPY go.mod go.sum ./\nRUN go install golang.org/x/tools/cmd/goimports\n`,
    ),
    silent('a module from git', `${base}RUN git clone https://x.test/a.git /a && cd /a && go install x.test/a/cmd/b\n`),
    silent('a mounted module', `${base}RUN --mount=type=bind,target=. go install x.test/a/cmd/b\n`),
    silent(
      'downloads by go.mod',
      `${base}COPY . .\nRUN go mod download && go mod vendor && go build ./... && go test ./... && go install && go vet ./...\n`,
    ),
    silent('packages of the standard library', `${base}RUN go install std && go install cmd/go && go build net/http\n`),
    silent('a module is taken away', `${base}RUN go get x.test/a@none\n`),
    silent('words of echo', `${base}RUN echo go install x.test/a@latest\n`),
    silent(
      'other programs',
      `${base}RUN gofmt -l . && gow install x.test/a@latest && go version && go env -w GOPROXY=direct\n`,
    ),
    silent('a stage nobody needs', `FROM golang:1.22 AS tools\nRUN go install x.test/a@latest\nFROM scratch\n`),
    silent('an older go by its command', `${base}RUN go1.21.0 install x.test/a@v1.2.3\n`),
  ],
}
