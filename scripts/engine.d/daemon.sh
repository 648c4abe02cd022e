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

# daemon_runs [DIR]: true when the daemon whose state is there answers.
daemon_runs() {
  local dir=${1-$engine_dir}
  process_runs "$dir/docker.pid" && timeout 10 "$engine_dir/bin/docker" -H "unix://$dir/docker.sock" version >/dev/null 2>&1
}

# start_daemon DIR [SETTINGS]: SETTINGS are further members for daemon.json.
start_daemon() {
  local dir=$1 settings=${2-} deadline=$((SECONDS + 60)) log=$1/dockerd.log
  daemon_runs "$dir" && return 0
  mkdir -p "$dir/data" "$dir/exec"
  # By default BuildKit throws cache away whenever a fifth of the disk is not free: in the middle of a test, on a small one.
  cat >"$dir/daemon.json" <<JSON
{"features":{"containerd-snapshotter":true},"data-root":"$dir/data","exec-root":"$dir/exec",
 "builder":{"gc":{"enabled":true,"policy":[{"all":true,"maxUsedSpace":"20GB"}]}}$settings}
JSON
  if ! process_runs "$dir/docker.pid"; then
    rm -f "$dir/docker.pid"
    PATH=$engine_dir/bin:$PATH:/usr/sbin:/sbin DOCKER_CONFIG=$engine_dir/config setsid dockerd \
      --config-file "$dir/daemon.json" -H "unix://$dir/docker.sock" --pidfile "$dir/docker.pid" \
      >"$log" 2>&1 9>&- </dev/null &
  fi
  until daemon_runs "$dir"; do
    if [ $SECONDS -ge $deadline ] || { [ -n "$(jobs -p)" ] && [ -z "$(jobs -pr)" ]; }; then
      tail -n 40 "$log" >&2
      fail "the Docker daemon did not come up; its log is above and in $log"
    fi
    sleep 0.1
  done
}

# What earlier runs left in the builder's cache: at its limit BuildKit would sweep in the middle of a test.
sweep_cache() {
  private_docker buildx prune --force --max-used-space 4gb >/dev/null 2>&1 || say 'the cache of earlier builds could not be swept'
}

# stop_daemon DIR NAME
stop_daemon() {
  stop_process "$1/docker.pid" "$2"
  # What a daemon that was killed leaves behind.
  ! process_runs "$1/exec/containerd/containerd.pid" || stop_process "$1/exec/containerd/containerd.pid" "$2's containerd"
  umount "$1/data" 2>/dev/null || true
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
