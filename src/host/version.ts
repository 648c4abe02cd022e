/** Written in by the bundler from package.json. */
declare const REPRO_GATE_VERSION: string | undefined

export const version: string = typeof REPRO_GATE_VERSION === 'string' ? REPRO_GATE_VERSION : '0.0.0-source'
