import { found, silent } from '../cases.ts'

const base = 'FROM rust:1.79\nWORKDIR /src\n'
const copied = `${base}COPY Cargo.toml Cargo.lock ./\nCOPY src ./src\n`
const lock = 'version = 3\n\n[[package]]\nname = "app"\nversion = "0.1.0"\n'
const given = { files: { 'Cargo.toml': '[package]\nname = "app"\n', 'Cargo.lock': lock, 'src/main.rs': '' } }
const commit = '4f'.repeat(20)

export const cases = {
  found: [
    found('a build beside its lock', `${copied}RUN «cargo build» --release\n`, {
      ...given,
      level: 'warning',
      class: 'drift',
      says: /--locked/,
      fixed: `${copied}RUN cargo build --locked --release\n`,
    }),
    found(
      'without the context, but named: no edit, nobody knows whether the two fit',
      `${copied}RUN «cargo build» --release\n`,
      {
        fixed: `${copied}RUN cargo build --release\n`,
      },
    ),
    found('a lock that does not fit any more: no edit', `${copied}RUN «cargo build»\n`, {
      files: { ...given.files, 'Cargo.toml': '[package]\nname = "app"\n[dependencies]\nserde = "1"\n' },
      says: /do not seem to agree/,
      fixed: `${copied}RUN cargo build\n`,
    }),
    found(
      'test, fetch and clippy',
      `${copied}RUN «cargo fetch» && «cargo test» -- --nocapture && «cargo clippy»\n`,
      given,
    ),
    found('a lock further up', `${base}COPY . .\nRUN cd app && «cargo build»\n`, {
      files: { 'Cargo.lock': lock, 'app/Cargo.toml': '' },
      fixed: `${base}COPY . .\nRUN cd app && cargo build --locked\n`,
    }),
    found('--manifest-path', `${base}COPY . .\nRUN «cargo build» --manifest-path app/Cargo.toml\n`, {
      files: { 'app/Cargo.lock': lock, 'app/Cargo.toml': '' },
    }),
    found('cargo install --path ignores the lock', `${copied}RUN «cargo install» --path .\n`, {
      ...given,
      says: /ignores Cargo\.lock/,
      fixed: `${copied}RUN cargo install --locked --path .\n`,
    }),
    found('a toolchain in front', `${copied}RUN «cargo +nightly-2024-01-01 build»\n`, {
      ...given,
      fixed: `${copied}RUN cargo +nightly-2024-01-01 build --locked\n`,
    }),
    found('JSON form', `${copied}RUN [«"cargo"», "build", "--release"]\n`, {
      ...given,
      fixed: `${copied}RUN ["cargo", "build", "--locked", "--release"]\n`,
    }),
    found('a crate by name', `${base}RUN cargo install «ripgrep»\n`, { says: /newest there is.*ripgrep@1\.2\.3/s }),
    found('only locked', `${base}RUN cargo install --locked «cargo-chef» sccache\n`, {
      says: /`cargo-chef` and `sccache`/,
    }),
    found('only a version: what it needs is open', `${base}RUN «cargo install» cargo-chef@0.1.67\n`, {
      says: /Without `--locked`/,
      fixed: `${base}RUN cargo install --locked cargo-chef@0.1.67\n`,
    }),
    found('a range', `${base}RUN cargo install «sccache» --version ">=0.10.0" --locked\n`),
    found('from git by a tag', `${base}RUN cargo install --locked --git https://x.test/a.git --tag «v1.0.0»\n`, {
      says: /--rev/,
    }),
    found('from git by nothing', `${base}RUN cargo install --locked --git «https://x.test/a.git» a\n`),
    found('cargo binstall', `${base}RUN cargo binstall -y «just»\n`),
    found('cargo update', `${copied}RUN «cargo update»\n`, given),
    found('rustup default', `${base}RUN rustup default «nightly»\n`, { says: /another compiler/ }),
    found(
      'toolchains',
      `${base}RUN rustup toolchain install «stable-x86_64-unknown-linux-gnu» && rustup install «beta» && rustup override set «nightly»\n`,
    ),
    found(
      'the installer',
      `${base}RUN curl https://sh.rustup.rs -sSf | sh -s -- -y --default-toolchain «nightly» --profile minimal\n`,
    ),
    found(
      'the installer without a toolchain',
      `${base}RUN ./«rustup-init» -y --no-modify-path\n`.replace('./«rustup-init»', '«./rustup-init»'),
      { says: /`stable`/ },
    ),
    found('rustup update', `${base}RUN «rustup update»\n`),
    found('a toolchain file that names a channel', `${base}COPY . .\nRUN «cargo build» --locked\n`, {
      files: { ...given.files, 'rust-toolchain.toml': '[toolchain]\nchannel = "nightly"\n' },
      says: /`rust-toolchain\.toml` asks on line 2/,
    }),
  ],
  silent: [
    silent(
      'locked',
      `${copied}RUN cargo build --release --locked && cargo test --frozen && cargo install --locked --path .\n`,
      given,
    ),
    silent('offline', `${copied}ENV CARGO_NET_OFFLINE=true\nRUN cargo build && cargo check --offline\n`, given),
    silent('no lock: for another rule', `${base}COPY Cargo.toml ./\nRUN cargo build\n`, {
      files: { 'Cargo.toml': '' },
    }),
    silent(
      'no telling whether there is a lock',
      `${base}COPY . .\nRUN cargo build --release && cargo install --path .\n`,
    ),
    silent('a new project', `${base}RUN cargo new app && cd app && cargo build\n`),
    silent(
      'exact and locked',
      `${base}RUN cargo install --locked cargo-chef@0.1.67 && cargo install --version =1.2.3 --locked x && cargo install x --vers 1.2.3 --locked\n`,
    ),
    silent('a commit', `${base}RUN cargo install --locked --git https://x.test/a.git --rev ${commit}\n`),
    silent(
      'versions that are not known',
      `${base}ARG V\nRUN cargo install --locked cargo-chef@$V && cargo install --locked x --version "$W" && rustup default $RUST && rustup toolchain install "\${T}"\n`,
    ),
    silent(
      'cargo chef',
      `${base}COPY . .\nRUN cargo chef prepare --recipe-path recipe.json && cargo chef cook --release --recipe-path recipe.json\n`,
      given,
    ),
    silent(
      'other commands',
      `${copied}RUN cargo --version && cargo fmt --check && cargo new x && cargo init && cargo vendor && cargo install --list\n`,
      given,
    ),
    silent('an exact update', `${copied}RUN cargo update -p serde --precise 1.0.1\n`, given),
    silent(
      'fixed toolchains',
      `${base}RUN rustup default 1.75.0 && rustup toolchain install nightly-2024-01-01 && rustup default nightly-2024-01-01-x86_64-unknown-linux-gnu && rustup install 1.75\n`,
    ),
    silent(
      'a fixed installer',
      `${base}RUN curl https://sh.rustup.rs -sSf | sh -s -- -y --default-toolchain 1.79.0 && ./rustup-init -y --default-toolchain none\n`,
    ),
    silent(
      'parts of a toolchain',
      `${base}RUN rustup component add clippy && rustup target add wasm32-unknown-unknown && rustup show\n`,
    ),
    silent('a fixed toolchain file', `${base}COPY . .\nRUN cargo build --locked\n`, {
      files: { ...given.files, 'rust-toolchain.toml': '[toolchain]\nchannel = "1.75.0"\n' },
    }),
    silent('words of echo', `${base}RUN echo cargo install x && echo "rustup default nightly"\n`),
    silent('a binary with a version', `${base}RUN cargo binstall just@1.25.2\n`),
  ],
}
