# The private daemon, and whether a Docker that was here before will do.

# Says why the Docker that was here before cannot be used; succeeds when it can.
own_docker_problem() {
  command -v docker >/dev/null || { echo 'there is no docker command'; return 1; }
  timeout 10 docker version >/dev/null 2>&1 || { echo 'no Docker daemon answers'; return 1; }
  timeout 10 docker buildx version >/dev/null 2>&1 || { echo 'this Docker has no buildx'; return 1; }
  # Without the containerd image store the docker driver silently does not apply rewrite-timestamp; other drivers do.
  timeout 10 docker info -f '{{json .DriverStatus}}' | grep -q io.containerd.snapshotter ||
    timeout 10 docker buildx inspect 2>/dev/null | grep -q '^Driver: *\(docker-container\|kubernetes\|remote\)' ||
    { echo 'this Docker does not use the containerd image store and no other buildx builder is chosen'; return 1; }
}

private_docker() {
  DOCKER_HOST=unix://$engine_dir/docker.sock DOCKER_CONFIG=$engine_dir/config PATH=$engine_dir/bin:$PATH docker "$@"
}

# process_runs PIDFILE: true when the process is alive and is one of ours (a pid may have been given away).
process_runs() {
  local pid
  pid=$(cat "$1" 2>/dev/null) && [ -n "$pid" ] && grep -qaF "$engine_dir/" "/proc/$pid/cmdline" 2>/dev/null
}

daemon_runs() { process_runs "$engine_dir/docker.pid" && timeout 10 "$engine_dir/bin/docker" -H "unix://$engine_dir/docker.sock" version >/dev/null 2>&1; }

start_daemon() {
  daemon_runs && return 0
  local deadline=$((SECONDS + 60)) log=$engine_dir/dockerd.log
  mkdir -p "$engine_dir/data" "$engine_dir/exec"
  cat >"$engine_dir/daemon.json" <<JSON
{"features":{"containerd-snapshotter":true},"data-root":"$engine_dir/data","exec-root":"$engine_dir/exec"}
JSON
  if ! process_runs "$engine_dir/docker.pid"; then
    rm -f "$engine_dir/docker.pid"
    PATH=$engine_dir/bin:$PATH:/usr/sbin:/sbin DOCKER_CONFIG=$engine_dir/config setsid dockerd \
      --config-file "$engine_dir/daemon.json" -H "unix://$engine_dir/docker.sock" --pidfile "$engine_dir/docker.pid" \
      >"$log" 2>&1 9>&- </dev/null &
  fi
  until daemon_runs; do
    if [ $SECONDS -ge $deadline ] || { [ -n "$(jobs -p)" ] && [ -z "$(jobs -pr)" ]; }; then
      tail -n 40 "$log" >&2
      fail "the Docker daemon did not come up; its log is above and in $log"
    fi
    sleep 0.1
  done
}

# stop_process PIDFILE NAME
stop_process() {
  local pid tries=150
  if ! process_runs "$1"; then say "no private $2 is running"; rm -f "$1"; return 0; fi
  pid=$(cat "$1")
  kill -TERM "$pid"
  while process_runs "$1" && [ $((tries -= 1)) -gt 0 ]; do sleep 0.1; done
  if process_runs "$1"; then kill -KILL "$pid"; fi
  rm -f "$1"
  say "stopped the private $2"
}
