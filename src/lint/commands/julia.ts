import type { Range } from '../../dockerfile/dockerfile.ts'
import type { Step, View } from '../view.ts'
import { codesOf, placeIn } from './quoted-code.ts'

/** Packages of Julia in no fixed version, at the first; no names for an update of all. */
export interface JuliaInstall {
  range: Range
  names: string[]
}

/** `Pkg.add("X")`, `Pkg.add(["X", "Y"])`, `pkg"add X"`, `Pkg.update()`; `Pkg.instantiate()` goes by Manifest.toml. */
export function juliaInstallsOf(view: View, step: Step): JuliaInstall[] {
  return step.script.commands.flatMap(command =>
    codesOf(command, 'julia').flatMap(code => {
      const text = code.text.slice(0, 100_000)
      const installs: JuliaInstall[] = []
      for (const [call, inside = ''] of text.matchAll(
        /\bPkg\.add\(([^()]{0,2000}(?:\([^()]{0,500}\)[^()]{0,500}){0,20})\)/g,
      )) {
        if (/\b(version|rev|path)\s*=/.test(inside) || call.includes('$')) continue
        const names = [...inside.matchAll(/"([^"\s@]+)"/g)].map(([, name]) => name ?? '')
        const [first] = names
        if (first !== undefined) installs.push({ range: placeIn(view, code, first), names })
      }
      for (const [, inside = ''] of text.matchAll(/\bpkg"\s*add\s+([^"]{1,500})"/g)) {
        const names = inside.split(/[\s,]+/).filter(name => /^[\w.]+$/.test(name))
        const [first] = names
        if (first !== undefined) installs.push({ range: placeIn(view, code, first), names })
      }
      const update = /\bPkg\.update\(\)/.exec(text)
      if (update !== null) installs.push({ range: placeIn(view, code, update[0]), names: [] })
      return installs
    }),
  )
}
