// A command line with a fault in each command, for scripts/fuzz-commands.mjs to find.
const faults = {
  lint: () => end(2, '', 'Error: x\n    at parse (/a/cli.cjs:1:2)\n'),
  fix: () => end(3, '', 'no such code\n'),
  compare: () => end(0, 'equal\n', ''),
  verify: () => end(2, '', '(node:7) Warning: for programmers\n'),
  replay: () => process.kill(process.pid, 'SIGSEGV'),
  report: () => end(1, 'a \u001b[2J title\n', ''),
  explain: () => end(2, '', ''),
}

function end(code, out, err) {
  process.stdout.write(out)
  process.stderr.write(err)
  process.exitCode = code
}

const fault = faults[process.argv[2]] ?? (() => end(0, 'as it should be\n', ''))
fault()
