# A registry on this machine only, because the tests' Dockerfiles name their base image there.

# registry_status PATH: the HTTP status of the registry's answer, or nothing when nothing answers.
registry_status() {
  timeout 5 bash -c '
    exec 3<>/dev/tcp/127.0.0.1/5000
    printf "GET %s HTTP/1.0\r\nHost: localhost:5000\r\nAccept: %s\r\n\r\n" "$1" \
      "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.index.v1+json" >&3
    read -r _ status _ <&3
    echo "$status"' registry_status "$1" 2>/dev/null || true
}

registry_answers() { [ "$(registry_status /v2/)" = 200 ]; }
registry_has_base() { [ "$(registry_status /v2/debian/manifests/bookworm-slim)" = 200 ]; }

start_registry() {
  registry_answers && return 0
  install_from_own_suite docker-registry=docker-registry
  local dir=$engine_dir/registry
  mkdir -p "$dir/data"
  # Debian's own configuration asks for a password.
  cat >"$dir/config.yml" <<YAML
version: 0.1
log: {level: warn}
storage:
  filesystem: {rootdirectory: $dir/data}
  delete: {enabled: true}
http: {addr: 127.0.0.1:5000}
YAML
  # Again, because a registry that is just being stopped may hold the port a moment longer.
  run_registry "$dir" || { sleep 2; run_registry "$dir"; } || {
    tail -n 20 "$dir/registry.log" >&2
    fail "no registry came up at $registry: $(registry_problem "$dir/registry.log")"
  }
}

# run_registry DIR: fails when the registry ends, or does not answer within a minute.
run_registry() {
  local dir=$1 deadline=$((SECONDS + 60)) pid
  setsid docker-registry serve "$dir/config.yml" >"$dir/registry.log" 2>&1 9>&- </dev/null &
  pid=$!
  echo "$pid" >"$dir/registry.pid"
  until registry_answers; do
    # Not process_runs: while a program starts, its command line is that of this script, or empty.
    if ! kill -0 "$pid" 2>/dev/null; then return 1; fi
    if [ $SECONDS -ge $deadline ]; then
      kill -KILL "$pid"
      return 1
    fi
    sleep 0.1
  done
}

# registry_problem LOG: why, in one line.
registry_problem() {
  local status
  status=$(registry_status /v2/)
  if [ -n "$status" ]; then
    echo "another program uses that port and answers HTTP $status. Stop it, or start a registry there that asks for no password."
  else
    grep -v '^$' "$1" | tail -n 1 || echo 'it said nothing'
  fi
}
