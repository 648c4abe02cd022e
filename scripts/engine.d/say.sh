# Words for the person at the terminal, and the lock that keeps two starts apart.

say() { printf 'engine: %s\n' "$*" >&2; }

# Tried and failed.
fail() { say "$*"; exit 1; }

# No engine is possible on this machine, whatever is tried.
impossible() { say "no engine possible here: $*"; exit 3; }

# Runs a function while holding the engine's lock; waits for another start or stop to end.
with_lock() {
  mkdir -p "$engine_dir"
  exec 9>"$engine_dir/lock"
  flock -w 300 9 || fail "another scripts/engine has held $engine_dir/lock for 5 minutes"
  "$@"
  exec 9>&-
}

# quietly LOG CMD…: keeps the output for the case that it fails.
quietly() {
  local log=$1
  shift
  "$@" >"$log" 2>&1 9>&- </dev/null && return 0
  tail -n 30 "$log" >&2
  return 1
}

# key TEXT…: a short name for what made a cached thing.
key() { printf '%s\n' "$@" | sha256sum | cut -c1-16; }
