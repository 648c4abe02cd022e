import type { Ecosystem } from './ecosystem.ts'

/** Every way of fixing what is installed that is known here, one a line, by name. */
export const ecosystems: readonly Ecosystem[] = []
