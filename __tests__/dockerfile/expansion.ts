// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are Docker's variables

/** A stage, and what `R` must be at its end: BuildKit says, when there is an engine. */
export interface ExpansionCase {
  name: string
  /** Lines of the stage; the last sets `R`. */
  lines: string[]
  expected: string
  /** A variable is in it that nobody sets: empty for BuildKit, unknown for us, who cannot know every build argument. */
  unset?: boolean
  /** The stage it continues; `scratch` when absent. */
  base?: string
}

/** ARGs before the first FROM. */
export const globalArgs = [
  'ARG G=global',
  'ARG NESTED=${G}-nested',
  'ARG TWICE=$NESTED$NESTED',
  'ARG NODEFAULT',
  'ARG OVERRIDDEN=old',
  'ARG FALLBACK=${NODEFAULT:-fallback}',
  'ARG SAME="a  b" QUOTED=\'$G\'',
]

const value = (name: string, expression: string, expected: string): ExpansionCase => ({
  name,
  lines: ['ENV V=1.22.333 E="" P=/usr/local/lib', `ENV R=${expression}`],
  expected,
})

/** Cases with the arguments GIVEN=`from the build` and OVERRIDDEN=`new`. */
export const expansionCases: ExpansionCase[] = [
  value('plain', '$V', '1.22.333'),
  value('braced', '${V}', '1.22.333'),
  value('glued', 'a${V}b$V.c', 'a1.22.333b1.22.333.c'),
  value('default-unused', '${V:-x}', '1.22.333'),
  value('default-unset', '${U:-x}', 'x'),
  value('default-empty', '${E:-x}', 'x'),
  value('default-empty-no-colon', '${E-x}', ''),
  value('default-unset-no-colon', '${U-x}', 'x'),
  value('default-nested', '${U:-${E:-${V}}}', '1.22.333'),
  value('default-quoted', '${U:-"a b"}', 'a b'),
  value('default-quoted-outside', '"${U:-a b}"', 'a b'),
  value('default-with-slash', '${U:-/a/b}', '/a/b'),
  value('plus-set', '${V:+x}', 'x'),
  value('plus-empty', '[${E:+x}]', '[]'),
  value('plus-empty-no-colon', '[${E+x}]', '[x]'),
  value('plus-unset', '[${U+x}]', '[]'),
  value('plus-variable', '${V:+v$V}', 'v1.22.333'),
  value('question', '${V:?missing}', '1.22.333'),
  value('prefix', '${P#/*/}', 'local/lib'),
  value('prefix-long', '${P##*/}', 'lib'),
  value('suffix', '${V%.*}', '1.22'),
  value('suffix-long', '${V%%.*}', '1'),
  value('suffix-question', '${V%?}', '1.22.33'),
  value('suffix-no-match', '${V%x}', '1.22.333'),
  value('prefix-escaped-star', '${V#\\*}', '1.22.333'),
  value('replace', '${V/./_}', '1_22.333'),
  value('replace-all', '${V//./_}', '1_22_333'),
  value('replace-star', '${V/.*/x}', '1x'),
  value('replace-slash', '${P//\\//-}', '-usr-local-lib'),
  value('replace-nothing', '[${V/9/x}]', '[1.22.333]'),
  value('replace-with-variable', '${V/22/$P}', '1./usr/local/lib.333'),
  value('single-quotes', "'$V'", '$V'),
  value('double-quotes', '"$V"', '1.22.333'),
  value('mixed-quotes', '"a"\'b\'c"$V"', 'abc1.22.333'),
  value('escaped-dollar', '\\$V', '$V'),
  value('escaped-dollar-quoted', '"\\$V"', '$V'),
  value('escaped-letter', 'a\\bc', 'abc'),
  value('escaped-letter-quoted', '"a\\bc"', 'a\\bc'),
  value('escaped-quote', '"a\\"b"', 'a"b'),
  value('escaped-backslash', '"a\\\\b"c\\\\d', 'a\\bc\\d'),
  value('escaped-blank', 'a\\ b', 'a b'),
  value('dollar-alone', 'a$', 'a$'),
  value('dollar-blank', '"a$ b"', 'a$ b'),
  value('dollar-dot', '$.x', '$.x'),
  value('unicode', '"é🚀$V"', 'é🚀1.22.333'),
  value('brace-in-default', '${U:-a\\}b}', 'a}b'),
  value('equals-in-value', 'a=b=c', 'a=b=c'),
  { name: 'legacy', lines: ['ENV V=1', 'ENV R a  b $V  c'], expected: 'a  b 1  c' },
  { name: 'continued', lines: ['ENV V=1', 'ENV R="a \\', '  $V \\', '# comment', '', '  b"'], expected: 'a   1   b' },
  { name: 'same-env', lines: ['ENV A=1', 'ENV A=2 R=$A'], expected: '1' },
  { name: 'same-arg', lines: ['ARG A=1', 'ARG A=2 B=$A', 'ENV R=$B'], expected: '2' },
  { name: 'env-name', lines: ['ENV N=R', 'ENV $N=x'], expected: 'x' },
  { name: 'env-after-arg', lines: ['ARG A=arg', 'ENV A=env', 'ENV R=$A'], expected: 'env' },
  { name: 'arg-after-env', lines: ['ENV A=env', 'ARG A=arg', 'ENV R=$A'], expected: 'arg' },
  { name: 'bare-arg-after-env', lines: ['ENV A=env', 'ARG A', 'ENV R=$A'], expected: 'env' },
  { name: 'global-not-declared', unset: true, lines: ['ENV R=[$G]'], expected: '[]' },
  { name: 'global-declared', lines: ['ARG G', 'ENV R=$G'], expected: 'global' },
  { name: 'global-redefined', lines: ['ARG G=local', 'ENV R=$G'], expected: 'local' },
  { name: 'global-nested', lines: ['ARG NESTED', 'ENV R=$NESTED'], expected: 'global-nested' },
  { name: 'global-twice', lines: ['ARG TWICE', 'ENV R=$TWICE'], expected: 'global-nestedglobal-nested' },
  { name: 'global-no-default', lines: ['ARG NODEFAULT', 'ENV R=[${NODEFAULT:-d}]'], expected: '[d]' },
  { name: 'global-fallback', lines: ['ARG FALLBACK', 'ENV R=$FALLBACK'], expected: 'fallback' },
  { name: 'global-quoted', lines: ['ARG QUOTED SAME', 'ENV R="$QUOTED $SAME"'], expected: '$G a  b' },
  { name: 'given', lines: ['ARG GIVEN=default', 'ENV R=$GIVEN'], expected: 'from the build' },
  { name: 'given-not-declared', unset: true, lines: ['ENV R=[$GIVEN]'], expected: '[]' },
  { name: 'overridden', lines: ['ARG OVERRIDDEN', 'ENV R=$OVERRIDDEN'], expected: 'new' },
  { name: 'used-before-declared', unset: true, lines: ['ENV R=[$A]', 'ARG A=1'], expected: '[]' },
  { name: 'parent', lines: ['ARG A=arg', 'ENV B=env', 'ENV C=env', 'ARG C=arg', 'ENV R=parent'], expected: 'parent' },
  { name: 'child-env', base: 'parent', lines: ['ENV R=$B'], expected: 'env' },
  { name: 'child-arg', base: 'parent', lines: ['ENV R=[$A]'], expected: '[arg]' },
  { name: 'child-env-beats-arg', base: 'parent', lines: ['ENV R=$C'], expected: 'env' },
  { name: 'grandchild', base: 'child-env', lines: ['ENV Q=$R', 'ENV R=$A$B$C$Q'], expected: 'argenvenvenv' },
  { name: 'child-redeclares', base: 'parent', lines: ['ARG A=again', 'ENV R=$A'], expected: 'again' },
  { name: 'child-bare', base: 'parent', lines: ['ARG A', 'ENV R=$A'], expected: 'arg' },
]

/** All cases as one Dockerfile: the file of a case's name in the result holds its value. */
export function expansionDockerfile(cases: ExpansionCase[]): string {
  const stages = cases.flatMap(({ name, lines, base }) => [
    `FROM ${base ?? 'scratch'} AS ${name}`,
    ...lines,
    `COPY <<EOF /${name}`,
    '$R',
    'EOF',
  ])
  const copies = cases.map(({ name }) => `COPY --from=${name} /${name} /`)
  return [...globalArgs, ...stages, 'FROM scratch', ...copies, ''].join('\n')
}
