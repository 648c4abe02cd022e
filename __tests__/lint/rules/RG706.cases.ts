import { found, silent } from '../cases.ts'

const base = 'FROM python:3.12\nRUN pip install -r requirements.txt\n'

export const cases = {
  found: [
    found('make', `${base}RUN «make» -j8\n`, { level: 'notice', class: 'drift', says: /RUN --network=none/ }),
    found('make install', `${base}RUN cd /src && «make» && make install\n`),
    found('compileall', `${base}RUN «python» -m compileall /app\n`),
    found('gcc', `${base}RUN mkdir /out && «gcc» -o /out/x x.c\n`),
    found('nvcc', `${base}RUN «nvcc» -o x x.cu && strip x\n`),
    found('pytest', `${base}RUN «pytest»\n`),
    found('setup.py build_ext', `${base}RUN «python3» setup.py build_ext --inplace\n`),
    found('a stage below fetched', `FROM debian:12 AS b\nRUN apt-get install -y gcc\nFROM b\nRUN «ninja»\n`),
    found('with a mount', `${base}RUN --mount=type=bind,target=/src «make» -C /src\n`),
  ],
  silent: [
    silent('without a network', `${base}RUN --network=none make\n`),
    silent('nothing was fetched before', `FROM debian:12\nRUN make\n`),
    silent('an install', `${base}RUN pip install . && make\n`),
    silent('a package manager that builds', `${base}RUN cargo build --release && go build ./... && npm run build\n`),
    silent('cmake may fetch', `${base}RUN cmake -B build && make -C build\n`),
    silent('make install alone, often pip behind it', `${base}RUN cd server && make install\n`),
    silent('a target of its own', `${base}RUN make build-agent && make -C x package\n`),
    silent('an own script', `${base}RUN ./build.sh && make\n`),
    silent('a program', `${base}RUN python train.py\n`),
    silent('pip by setup.py', `${base}RUN python setup.py install\n`),
    silent('files only', `${base}RUN mkdir -p /x && chown 1000 /x\n`),
    silent('a download', `${base}RUN curl -fsSLO https://example.com/x.tgz && make\n`),
    silent('ssh', `${base}RUN --mount=type=ssh make\n`),
    silent('COPY and CMD', `${base}COPY . .\nCMD make\n`),
    silent('a comment', `${base}# RUN make\n`),
    silent('an unreachable stage', `FROM x AS b\nRUN pip install x\nRUN make\nFROM scratch\n`),
  ],
}
