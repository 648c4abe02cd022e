// Property tests see the same inputs in every run, so that a change is refused for what it did alone. FC_SEED gives them others:
// every night a workflow takes one that was never seen.
import fc from '../node_modules/fast-check/lib/fast-check.js'

fc.configureGlobal({ seed: Number(process.env.FC_SEED ?? 1) })

export * from '../node_modules/fast-check/lib/fast-check.js'
export default fc
