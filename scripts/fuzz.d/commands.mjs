// Whole commands over files that somebody damaged: what lies in the folder, and what is asked.

const record = /repro-gate-record/

/**
 * For each command its files by their paths, and its arguments. `changed` gives an input of a target of the fuzzer, changed
 * or, `often` so many times in four, not; the `first` one as it is.
 * Where images `differ`, the command must not end with 0.
 */
export const commands = {
  lint: changed => ({ files: sources(changed), args: ['lint', '.'] }),
  'lint, as JSON and SARIF': changed => ({
    files: sources(changed),
    args: ['lint', '.', '--json', '--sarif', 'out/x.sarif', '--html', 'out/x.html'],
  }),
  'lint of compose and bake files': changed => ({
    files: {
      ...sources(changed),
      ...Object.fromEntries(['D', 'b/D', '1/Dockerfile', 'b/Dockerfile'].map(path => [path, changed('dockerfile')])),
      'compose.yml': changed('compose', { often: 1 }),
      'docker-bake.hcl': changed('bake', { often: 1 }),
      'docker-bake.json': changed('bake', { like: /^\{/, often: 1 }),
    },
    args: ['lint', '-f', 'compose.yml', '-f', 'docker-bake.hcl', '-f', 'docker-bake.json'],
  }),
  fix: changed => ({ files: sources(changed), args: ['fix', '.'] }),
  'fix --dry-run': changed => ({ files: sources(changed), args: ['fix', '--dry-run', '--json', '.'] }),
  'compare of two archives': changed => ({
    files: { 'a.tar': changed('image-archive'), 'b.tar': changed('image-archive') },
    args: ['compare', './a.tar', './b.tar', '--html', 'x.html', '--sbom', 'x.cdx.json'],
  }),
  'compare of an archive with what it was': changed => ({
    files: { 'a.tar': changed('image-archive'), 'b.tar': changed('image-archive', { first: true }) },
    args: ['compare', './b.tar', './a.tar', '--json', '--verify-blobs'],
  }),
  'compare of images with a damaged layer': (changed, { layoutOf }) => {
    const layers = [changed('tar', { first: true }), changed('tar')]
    const [a, b] = layers.map(layer => layoutOf([layer]))
    const args = ['compare', './a.tar', './b.tar', '--level', 'identical', '--sbom', 'x.cdx.json']
    return { files: { 'a.tar': a, 'b.tar': b }, args, differ: !layers[0].equals(layers[1]) }
  },
  'compare of images with files that differ': (changed, { layoutOf, tarOf, parts }) => {
    const [path, one = path, two = parts(changed('cause'), 3).at(-1)] = parts(changed('cause'), 3)
    const [a, b] = [one, two].map(content => layoutOf([tarOf([{ name: pathOf(path), content }])]))
    const args = ['compare', './a.tar', './b.tar', '--html', 'x.html']
    return { files: { 'a.tar': a, 'b.tar': b }, args, differ: !one.equals(two) }
  },
  'compare of two records': changed => ({
    files: {
      'a.json': changed('record', { like: record }),
      'b.json': changed('record', { like: record, first: true }),
    },
    args: ['compare', './a.json', './b.json'],
    packed: ['a.json', 'b.json'],
  }),
  verify: changed => ({
    files: { ...sources(changed), 'a.json': changed('record', { like: record }) },
    args: ['verify', '.', '--record', 'a.json', '--source-date-epoch', '0'],
    packed: ['a.json'],
  }),
  'replay --dry-run': changed => ({
    files: { 'a.json': changed('record', { like: record }) },
    args: ['replay', './a.json', '--dry-run'],
    packed: ['a.json'],
  }),
  report: changed => ({
    files: { 'r.json': changed('report') },
    args: ['report', 'r.json', '--html', 'x.html', '--sarif', 'x.sarif', '--badge', 'x.json'],
  }),
  explain: changed => ({
    files: {},
    args: ['explain', ...words(changed('command-line', { like: /^explain/ })).slice(1, 2)],
  }),
  'any flags': changed => ({ files: sources(changed), args: words(changed('command-line')) }),
}

const sources = changed => ({
  Dockerfile: changed('dockerfile'),
  '.dockerignore': changed('dockerignore', { often: 1 }),
  '.repro-gate.yml': changed('config', { often: 1 }),
  'requirements.txt': changed('requirements', { often: 1 }),
  'package-lock.json': changed('lock-files', { often: 1 }),
})

/** A name that a layer may hold: what is wrong with names is asked elsewhere. */
const pathOf = bytes =>
  bytes.length > 0 && bytes.length < 90 && !/\0|\.\.|^\/|\/$/.test(bytes.toString()) ? bytes.toString() : 'etc/x'

/** Arguments as a system can pass them, none of which reaches for a network or out of the folder. */
const words = bytes =>
  bytes
    .toString()
    .split('\n')
    .map(word => word.replaceAll('\0', '').slice(0, 4000))
    .filter(word => !/:\/\/|@|(?:^|[=,:])\/|\.\./.test(word))
    .slice(0, 40)
