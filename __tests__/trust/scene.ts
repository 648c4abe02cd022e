// A machine, a repository and a Dockerfile full of secrets: a build that does all it can to give them away.
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { baseImage, engineEnvironment } from '../engine/engine.ts'
import { plantedSecret, plantedToken } from './planted.ts'

/** What no child may be given. */
export const variables = /^(?:INPUT_|STATE_|ACTIONS_|GITHUB_TOKEN$|GH_TOKEN$)/

const commands = [
  ...['::set-output name=verdict::reproducible', '##[set-output name=verdict;]reproducible'],
  ...['::set-env name=PWNED::1', '::add-path::/pwned', '::save-state name=PWNED::1'],
  ...['::error file=README,title=PWNED::PWNED', '##[error]PWNED'],
  ...['::stop-commands::pwned', '::pwned::', '::add-mask::verdict', '::echo::on'],
]

/** Says a secret in every way that a shell has. */
const says = (path: string): string =>
  [
    `cat ${path}; base64 ${path}; base64 -w 20 ${path}; fold -w 10 ${path}; rev ${path}`,
    `perl -ne 'print unpack("H*",$_),"\\n",uc unpack("H*",$_),"\\n"' ${path}`,
    `perl -ne 'chomp; s/([^A-Za-z0-9_.~-])/sprintf("%%%02X",ord $1)/ge; print "$_\\n"' ${path}`,
    `(printf 'user:'; cat ${path}) | base64 -w 0; echo; sed 's/"/\\\\"/g' ${path}`,
  ].join('; ')

export type Scene = ReturnType<typeof plantedScene>

/** @param root where all of it lies */
export function plantedScene(root: string, seed: string) {
  const network = process.env.REPRO_GATE_RUN_NETWORK
  const [home, temp] = [join(root, 'home'), join(root, 'tmp')]
  const token = (name: string): string => plantedToken(name, seed)
  const key = [plantedSecret('key 1', seed), plantedSecret('key 2', seed)]
  /** What the run is given, or could come by. */
  const environment = {
    ...{ TOK: plantedSecret('variable', seed), GITHUB_TOKEN: token('github'), GH_TOKEN: token('gh') },
    ...{ ACTIONS_RUNTIME_TOKEN: token('runtime'), ACTIONS_ID_TOKEN_REQUEST_TOKEN: token('oidc') },
    ...{ ACTIONS_RESULTS_URL: `https://results.example/${token('results')}`, 'INPUT_MY-SECRET': token('input') },
  }
  const kept = { docker: token('docker'), netrc: token('netrc'), checkout: token('checkout'), stored: token('stored') }
  const secrets = {
    ...{ file: plantedSecret('file', seed), key1: key[0] as string, key2: key[1] as string, npmrc: token('npmrc') },
    ...{ variable: environment.TOK, github: environment.GITHUB_TOKEN, gh: environment.GH_TOKEN },
    ...{ input: token('input'), proxy: token('proxy'), runtime: token('runtime'), oidc: token('oidc'), ...kept },
  }
  const args = { argument: token('argument') }

  mkdirSync(join(home, 'bin'), { recursive: true })
  mkdirSync(temp)
  const config = join(home, 'docker')
  const { DOCKER_CONFIG } = engineEnvironment()
  if (DOCKER_CONFIG && existsSync(DOCKER_CONFIG)) cpSync(DOCKER_CONFIG, config, { recursive: true })
  else mkdirSync(config)
  const path = join(config, 'config.json')
  const auths = { 'nowhere.example': { auth: Buffer.from(`me:${kept.docker}`).toString('base64') } }
  writeFileSync(path, JSON.stringify({ ...(existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {}), auths }))
  writeFileSync(join(home, '.netrc'), `machine nowhere.example login me password ${kept.netrc}\n`)
  writeFileSync(join(home, 'npmrc'), `//npm.example/:_authToken=${secrets.npmrc}\n`)
  writeFileSync(join(home, 'file'), `${secrets.file}\n`)
  writeFileSync(join(home, 'key'), `${key.join('\n')}\n`)

  const dockerfile = (last: string): string =>
    [
      `FROM ${baseImage}`,
      'ARG MY_TOKEN',
      `LABEL unique="${seed}"`,
      ...['tok', 'file', 'key'].map(id => `RUN --mount=type=secret,id=${id} ${says(`/run/secrets/${id}`)} >&2`),
      "RUN --mount=type=secret,id=npmrc sed -n 's/.*_authToken=//p' /run/secrets/npmrc",
      'RUN --mount=type=secret,id=gh cat /run/secrets/gh',
      'RUN --mount=type=bind,target=/c sed -n "s/.*basic //p" /c/.git/config; grep url /c/.git/config; echo "$MY_TOKEN"',
      // A runner must obey none of it.
      `RUN printf '%s\\n' ${commands.map(one => `'${one}'`).join(' ')}`,
      `RUN ${last}`,
      '',
    ].join('\n')

  /** What actions/checkout and people leave in a repository. */
  const checkoutOf = (context: string): void => {
    const header = Buffer.from(`x-access-token:${kept.checkout}`).toString('base64')
    const own = `[http "https://github.com/"]\n\textraheader = AUTHORIZATION: basic ${header}\n[remote "o"]\n\turl = https://me:${kept.stored}@git.example/\n`
    const file = join(context, '.git/config')
    writeFileSync(file, `${readFileSync(file, 'utf8')}${own}`)
  }
  /** A repository whose Dockerfile ends by this command. */
  const contextWith = (last: string): string => {
    const context = mkdtempSync(join(root, 'context-'))
    writeFileSync(join(context, 'Dockerfile'), dockerfile(last))
    const git = (...rest: string[]) =>
      spawnSync('git', ['-C', context, '-c', 'user.name=t', '-c', 'user.email=t@t', ...rest])
    git('init', '-q')
    git('add', '.')
    git('commit', '-qm', 'one')
    checkoutOf(context)
    return context
  }
  const env: Record<string, string> = {
    ...{ ...engineEnvironment(), ...environment, HOME: home, DOCKER_CONFIG: config, TMPDIR: temp },
    https_proxy: `http://someone:${secrets.proxy}@127.0.0.1:9`,
    ...{ NO_PROXY: 'localhost,127.0.0.1', REPRO_GATE_DEBUG: '1' },
  }
  const flags = [
    ...['--secret', 'id=tok,env=TOK', '--secret', `id=file,src=${join(home, 'file')}`],
    ...['--secret', 'id=gh,env=GITHUB_TOKEN', '--secret', `id=key,src=${join(home, 'key')}`],
    ...['--secret', `id=npmrc,src=${join(home, 'npmrc')}`, '--build-arg', `MY_TOKEN=${args.argument}`],
    ...(network ? ['--network', network] : []),
  ]
  const inputs = {
    'secret-envs': 'tok=TOK,gh=GITHUB_TOKEN',
    secrets: `"key=${key.join('\n').replaceAll('"', '""')}"`,
    'secret-files': `file=${join(home, 'file')}\nnpmrc=${join(home, 'npmrc')}`,
    ...{ 'github-token': environment.GITHUB_TOKEN, 'build-args': `MY_TOKEN=${args.argument}` },
    ...(network ? { network } : {}),
  }
  return { root, home, temp, environment, secrets, args, dockerfile, checkoutOf, contextWith, env, flags, inputs }
}

/** Every file that a run can be asked for, in a folder. */
export const everyFile = (folder: string): Record<string, string> => ({
  ...{ logs: join(folder, 'logs'), report: join(folder, 'report.json'), sarif: join(folder, 'r.sarif') },
  ...{ html: join(folder, 'r.html'), badge: join(folder, 'b.json'), predicate: join(folder, 'p.json') },
  ...{ sbom: join(folder, 's.json'), ledger: join(folder, 'ledger') },
})

export const asFlags = (named: Readonly<Record<string, string>>): string[] =>
  Object.entries(named).flatMap(([name, value]) => [`--${name}`, value])
