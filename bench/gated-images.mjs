// The builds that the gate is measured with: contexts with a Dockerfile, from one file to 1.5 GB. None uses the network when
// it is built: the packages are in the base, which is made here once.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { contentOf } from './made-files.mjs'

const python = 'python3 python3-flask python3-requests python3-yaml python3-jinja2'

/** Of the base that all of them begin with: one with packages to install. */
export const baseDockerfile = base => `FROM ${base}
RUN --network=host apt-get update && mkdir -p /debs && \\
  apt-get install -y --download-only --no-install-recommends -o APT::Keep-Downloaded-Packages=true -o Dir::Cache::archives=/debs \\
    gcc libc6-dev git ${python} && mkdir -p /debs/partial && \\
  { rm -rf /etc/apt/apt.conf.d/docker-clean; true; }
`

const install =
  packages => `RUN apt-get install -y --no-download --no-install-recommends -o Dir::Cache::archives=/debs \\
    -o APT::Keep-Downloaded-Packages=true ${packages} && \\
  rm -rf /var/cache/apt/*.bin /var/log/apt /var/log/dpkg.log /var/log/alternatives.log /var/cache/ldconfig/aux-cache /var/cache/debconf/*-old
`

/** Makes a context in the folder. `differs`: one step writes chance into one file. */
export function writeContext(folder, size, base, differs) {
  const { files, megabytes, modules = 0, dockerfile } = sizes[size]
  mkdirSync(join(folder, 'src'), { recursive: true })
  for (let at = 0; at < files; at += 1) {
    const place = join(folder, 'src', `d${Math.floor(at / 500)}`)
    if (at % 500 === 0) mkdirSync(place)
    writeFileSync(join(place, `f${at}.txt`), `file ${at}\n`.repeat(1 + (at % 80)))
  }
  for (let at = 0; at < modules; at += 1)
    writeFileSync(join(folder, 'src', `m${at}.py`), `def f${at}(x):\n    return [x, ${at}]\n\n`.repeat(1 + (at % 40)))
  mkdirSync(join(folder, 'data'))
  for (let at = 0; at < Math.ceil(megabytes / 10); at += 1)
    writeFileSync(join(folder, 'data', `d${at}.bin`), contentOf(at, 10e6))
  writeFileSync(join(folder, 'Dockerfile'), `FROM ${base}\n${dockerfile}${differs ? chance : ''}`)
}

const chance = 'RUN head -c 16 /dev/urandom >/chance\n'
const copied = 'COPY --chmod=u=rwX,go=rX src /app\n'

const many = ({ files, megabytes, made, copies }) => ({
  ...{ files, megabytes },
  dockerfile: `${install('gcc libc6-dev git')}${copied}COPY --chmod=0644 data /data/
RUN mkdir /many && cd /many && seq 1 ${made * 100} | split -a 5 -l 100
RUN for n in $(seq ${copies}); do mkdir -p /copy/$n && cp -a /usr/lib /usr/bin /copy/$n/; done
RUN cat /app/d*/* | sort >/sorted.txt
`,
})

export const sizes = {
  small: { files: 20, megabytes: 0, dockerfile: `${copied}RUN cat /app/d0/* | sort >/app.txt\n` },
  // A service in Python as people have it: packages of the distribution, code, bytecode that tells no time.
  'typical small': {
    ...{ files: 20, megabytes: 0, modules: 150 },
    dockerfile: `${install(python)}${copied}RUN python3 -m compileall -q --invalidation-mode unchecked-hash /app\n`,
  },
  medium: {
    ...{ files: 3_000, megabytes: 20 },
    dockerfile: `${install('gcc libc6-dev git')}${copied}COPY --chmod=0644 data /data/
RUN cat /app/d*/* | sort >/sorted.txt
`,
  },
  large: many({ files: 2_500, megabytes: 150, made: 15_000, copies: 1 }),
  '1.5GB': many({ files: 5_000, megabytes: 300, made: 30_000, copies: 3 }),
}
