import { target as behindAWord } from './planted/behind-a-word.ts'
import { target as endless } from './planted/endless.ts'
import { target as greedy } from './planted/greedy.ts'
import { target as slow } from './planted/slow.ts'
import { target as typed } from './planted/typed.ts'
import type { Target } from './target.ts'

/** Faults made on purpose: what the fuzzer must find. */
export const targets: readonly Target[] = [behindAWord, endless, greedy, slow, typed]
