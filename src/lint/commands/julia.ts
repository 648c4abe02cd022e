import type { Range } from '../../dockerfile/dockerfile.ts'
import type { Step, View } from '../view.ts'
import { codesOf, placeIn, type QuotedCode } from './quoted-code.ts'

/** Packages of Julia in no fixed version, at the first; no names for an update of all. */
export interface JuliaInstall {
  range: Range
  names: string[]
}

/** `Pkg.add("X")`, `Pkg.add(["X", "Y"])`, `pkg"add X"`, `Pkg.update()`; `Pkg.instantiate()` goes by Manifest.toml. */
export function juliaInstallsOf(view: View, step: Step): JuliaInstall[] {
  return step.script.commands.flatMap(command => {
    const installs = codesOf(command, 'julia').flatMap(code => [...added(view, code), ...updated(view, code)])
    const [first] = installs
    return first === undefined ? [] : [{ range: first.range, names: installs.flatMap(({ names }) => names) }]
  })
}

const calls = /\bPkg\.add\(([^()]{0,2000}(?:\([^()]{0,500}\)[^()]{0,500}){0,20})\)|\bpkg"\s*add\s+([^"]{1,500})"/g

function added(view: View, code: QuotedCode): JuliaInstall[] {
  return [...code.text.slice(0, 100_000).matchAll(calls)]
    .slice(0, 200)
    .flatMap(({ 0: call, 1: inside, 2: line, index }) => {
      if (/\b(version|rev|path)\s*=/.test(call) || call.includes('$')) return []
      const names =
        inside === undefined
          ? (line ?? '').split(/[\s,]+/).filter(name => /^[\w.]+$/.test(name))
          : [...inside.matchAll(/"([^"\s@]+)"/g)].map(([, name]) => name ?? '')
      const [first] = names
      const at = first === undefined ? 0 : code.text.indexOf(first, index)
      return first === undefined ? [] : [{ range: placeIn(view, code, first, at), names }]
    })
}

function updated(view: View, code: QuotedCode): JuliaInstall[] {
  const at = code.text.indexOf('Pkg.update()')
  return at < 0 ? [] : [{ range: placeIn(view, code, 'Pkg.update()', at), names: [] }]
}
