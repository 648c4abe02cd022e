/** Everything that is wrong with what the user gave, at once. */
export class InputError extends Error {
  readonly problems: string[]
  constructor(problems: string[]) {
    super(
      problems.length === 1
        ? String(problems[0])
        : `${problems.length} problems:\n${problems.map(p => `- ${p}`).join('\n')}`,
    )
    this.name = 'InputError'
    this.problems = problems
  }
}
