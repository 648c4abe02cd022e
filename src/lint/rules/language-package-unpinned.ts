import type { Range } from '../../dockerfile/dockerfile.ts'
import { callsAny } from '../commands/called.ts'
import { composerCommandsOf } from '../commands/composer.ts'
import { type DotnetCommand, dotnetCommandsOf, isLockedRestore } from '../commands/dotnet.ts'
import { juliaInstallsOf } from '../commands/julia.ts'
import { rInstallsOf } from '../commands/r.ts'
import { bundleInstallsOf, gemCommandsOf } from '../commands/ruby.ts'
import { folderOf } from '../folder.ts'
import { bundler } from '../locks/bundler.ts'
import { lockAt } from '../locks/lock-at.ts'
import { nuget } from '../locks/nuget.ts'
import type { Draft, Rule } from '../rule.ts'
import type { Step, View } from '../view.ts'
import { listed } from '../wording.ts'

const programs =
  'gem bundle bundler composer composer.phar php dotnet nuget choco dotnet.exe nuget.exe choco.exe R r Rscript littler install2.r installGithub.r julia'.split(
    ' ',
  )

export const languagePackageUnpinned: Rule = {
  id: 'RG310',
  title: 'Ruby, PHP, .NET, R or Julia packages in no fixed version',
  level: 'warning',
  class: 'drift',
  on: false,
  check: view =>
    view.steps.flatMap(step =>
      !callsAny(step, programs)
        ? []
        : [
            ...gems(step),
            ...bundles(view, step),
            ...composers(step),
            ...dotnets(view, step),
            ...rs(view, step),
            ...julias(view, step),
          ],
    ),
}

const named = (range: Range, names: string[], text: string): Draft => ({
  range,
  message: `${listed(names)} ${names.length === 1 ? 'is' : 'are'} installed in the newest version that this allows that day, and so is what ${names.length === 1 ? 'it needs' : 'they need'}: next week the same commit gets others.`,
  fix: { text },
  count: names.length,
})

function gems(step: Step): Draft[] {
  return gemCommandsOf(step).flatMap(({ action, loose, operands, options, head }) => {
    const text =
      'Name the exact version (`gem install rake:13.2.1`, or `-v 13.2.1`), or list the gems in a Gemfile and install from its Gemfile.lock.'
    const [first] = loose
    if (first !== undefined && !(action === 'update' && options.some(({ name }) => name === '--system')))
      return [
        named(
          first.range,
          loose.map(({ partial }) => partial),
          text,
        ),
      ]
    if (action === 'install' || operands.length > 0) return []
    return [
      {
        range: head,
        message: '`gem update` takes the newest versions there are that day: next week the same commit gets others.',
        fix: { text: 'Take a base image that has the version you need, or name it: `gem update --system 3.5.22`.' },
      },
    ]
  })
}

function bundles(view: View, step: Step): Draft[] {
  return bundleInstallsOf(view, step).flatMap(({ range, folder, lock }) => {
    if (lock !== 'may-change') return []
    const place = lockAt(view, step, folder, bundler)
    if (place.kind === 'missing') return []
    const known = place.kind === 'there'
    return [
      {
        range,
        ...(known ? {} : { level: 'notice' as const, confidence: 'unknown' as const }),
        message: known
          ? 'Bundler is not told to keep to Gemfile.lock: where the Gemfile does not fit it, Bundler takes the newest gems that do, and the build says nothing.'
          : 'We cannot see a Gemfile.lock from here. Without one Bundler takes the newest gems of the day; with one that it is not told to keep to, it may still take others and say nothing.',
        fix: {
          text: 'Copy Gemfile.lock beside the Gemfile and set `BUNDLE_FROZEN`: Bundler then takes what it says, or fails.',
          snippet: 'ENV BUNDLE_FROZEN=true\nRUN bundle install',
        },
      },
    ]
  })
}

function composers(step: Step): Draft[] {
  return composerCommandsOf(step).flatMap(({ action, loose, head, options }) => {
    if (action === 'require') {
      const [first] = loose
      const text =
        'Require packages outside of the build, commit composer.lock, and use `composer install`; or name the exact version (`vendor/package:1.2.3`).'
      return first === undefined
        ? []
        : [
            named(
              first.range,
              loose.map(({ partial }) => partial),
              text,
            ),
          ]
    }
    if (action === 'install' || options.some(({ name }) => name === '--lock')) return []
    return [
      {
        range: head,
        message:
          '`composer update` takes the newest versions that composer.json allows that day, whatever composer.lock says: next week the same commit gets others.',
        fix: { text: 'Update outside of the build, commit composer.lock, and use `composer install`.' },
      },
    ]
  })
}

function dotnets(view: View, step: Step): Draft[] {
  return dotnetCommandsOf(step).flatMap(one => {
    if (one.action === 'restore') return isLockedRestore(step, one.command, one) ? [] : restore(view, step, one)
    const [first] = one.loose
    const how = {
      dotnet: '`--version 1.2.3`',
      nuget: '`-Version 1.2.3`',
      choco: '`--version 1.2.3 --requirechecksum`',
    }[one.tool]
    return first === undefined
      ? []
      : [
          named(
            first.range,
            one.loose.map(({ partial }) => partial),
            `Name the exact version: ${how}.`,
          ),
        ]
  })
}

/** Without a lock file NuGet takes the lowest version that fits: drift only by floating versions, so a notice. */
function restore(view: View, step: Step, one: DotnetCommand): Draft[] {
  const locked = (view.context?.paths ?? []).some(({ path }) => /(^|\/)packages\.lock\.json$/.test(path))
  const here = lockAt(view, step, folderOf(view, step, one.command), nuget).kind === 'there'
  const flag = one.tool === 'nuget' ? '-LockedMode' : '--locked-mode'
  const known = locked || here
  return [
    {
      range: one.head,
      ...(known ? {} : { level: 'notice' as const }),
      message: known
        ? `Without \`${flag}\` NuGet rewrites packages.lock.json where a project does not fit it, and the build says nothing.`
        : `Nothing fixes the packages that the projects depend on, and a version like \`1.*\` is another one next week.`,
      fix: {
        text: `Have the projects write packages.lock.json (\`RestorePackagesWithLockFile\`), commit it, and restore with \`${flag}\`: NuGet then checks the hash of every package.`,
        snippet: `RUN ${one.tool} restore ${flag}`,
      },
    },
  ]
}

const rs = (view: View, step: Step): Draft[] =>
  rInstallsOf(view, step).map(({ range, names, git }) =>
    named(
      range,
      names,
      git
        ? 'Name the whole commit: `install_github("owner/repo@<40 digits>")`. Branches and tags move.'
        : 'Take all packages from CRAN as it was on one day, `options(repos = "https://packagemanager.posit.co/cran/2024-06-03")`, or write an renv.lock and use `renv::restore()`.',
    ),
  )

const julias = (view: View, step: Step): Draft[] =>
  juliaInstallsOf(view, step).map(({ range, names }) => {
    const text =
      'Copy Project.toml and Manifest.toml and use `Pkg.instantiate()`, or name the version: `Pkg.add(name="CSV", version="0.10.14")`.'
    if (names.length > 0) return named(range, names, text)
    return {
      range,
      message:
        '`Pkg.update()` takes the newest versions there are that day, whatever Manifest.toml says: next week the same commit gets others.',
      fix: { text },
    }
  })
