import type { Project } from '../project.ts'
import type { Template } from '../stack.ts'

export const readsOfNode = ['package.json', '.nvmrc', '.node-version'] as const

/** How a package manager installs what its lock file says. */
interface NodeInstall {
  lock: string
  /** What it also reads, where it is there. */
  settings?: readonly string[]
  /** Folders that it also reads. */
  folders?: readonly string[]
  /** A setting by the environment. */
  environment?: string
  /** Packages for building, too. */
  all: string
  /** What the image needs, and no more. */
  production: string
  /** What it needs before it can run. */
  prepare?: string
  /** What has to be done first. */
  first?: readonly string[]
}

/** Installs in a stage of its own: what a package manager leaves behind stays there. */
export function nodeTemplate(project: Project, install: NodeInstall): Template {
  const { start, builds } = packageOf(project)
  const settings = (install.settings ?? []).filter(project.has)
  const copied = ['package.json', install.lock, ...settings].join(' ')
  const folders = (install.folders ?? []).filter(folder => project.paths.some(path => path.startsWith(`${folder}/`)))
  const prepared = [
    install.environment === undefined ? '' : `ENV ${install.environment}\n`,
    install.prepare === undefined ? '' : `RUN ${install.prepare}\n`,
  ].join('')
  const built = `COPY --chmod=u=rwX,go=rX . .
RUN npm run build
`
  return {
    ignored: [
      '**/node_modules',
      '**/npm-debug.log*',
      '**/.npm',
      '**/.yarn/cache',
      '**/.yarn/*.gz',
      '**/.yarn/unplugged',
      'coverage',
    ],
    first: install.first ?? [],
    dockerfile: String.raw`# The base image, by its digest: one place to change it.
ARG BASE_IMAGE=${nodeImage(project)}

FROM $BASE_IMAGE AS packages
WORKDIR /app
${prepared}# Packages first: they change less often than the code. Each is checked against its hash in the lock file.
COPY --chmod=0644 ${copied} ./
${folders.map(folder => `COPY --chmod=u=rwX,go=rX ${folder} ./${folder}\n`).join('')}RUN ${install.production}
${
  builds
    ? `
FROM packages AS build
# The time of the commit: repro-gate gives it, and docker build takes it by --build-arg. Tools use it in place of the clock.
ARG SOURCE_DATE_EPOCH
RUN ${install.all}
${built}`
    : ''
}
FROM $BASE_IMAGE
ENV TZ=UTC \
    LANG=C.UTF-8 \
    NODE_ENV=production
WORKDIR /app
COPY --from=packages /app ./
# --chmod: the same permissions from every checkout.
COPY --chmod=u=rwX,go=rX . .
${builds ? '# Where the build writes to: change this if it is another folder.\nCOPY --from=build /app/dist ./dist\n' : ''}# Not root; a number, because a name may get another one tomorrow.
USER 1000:1000
${start}
`,
  }
}

function nodeImage(project: Project): string {
  const named = /^v?(\d{2})(?=[.\s]|$)/.exec((project.text('.nvmrc') || project.text('.node-version')).trim())?.[1]
  return `node:${named ?? '24'}-bookworm-slim`
}

function packageOf(project: Project): { start: string; builds: boolean } {
  const { main, scripts } = parsed(project.text('package.json'))
  const named = typeof main === 'string' && /^[\w./-]{1,100}$/.test(main) ? main.replace(/^\.\//, '') : undefined
  const file = named ?? ['index.js', 'server.js', 'src/index.js'].find(project.has)
  const builds = typeof scripts === 'object' && scripts !== null && 'build' in scripts
  const change = file === undefined ? '# What the image runs: change this.\n' : ''
  return { start: `${change}CMD ["node", "${file ?? 'index.js'}"]`, builds }
}

function parsed(text: string): { main?: unknown; scripts?: unknown } {
  try {
    const value: unknown = JSON.parse(text.replace(/^\ufeff/, ''))
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
