# A second engine beside the private one, for builds on two builders. It has no registry and no data of its own worth keeping.

second_dir=$engine_dir/second
second_builder=repro-gate-second # a Docker context; buildx lists it as a builder, but takes it from docker --context only, not from --builder
second_bridge=repro-gate1

start_second() {
  daemon_runs || impossible 'a second engine is only made beside the private one. Here, make one with: docker buildx create --name second'
  if ! daemon_runs "$second_dir"; then
    install_from_own_suite ip=iproute2
    # A bridge of its own, and no firewall rules: with "bridge": "none" a second daemon takes the first one's bridge away.
    ip link show "$second_bridge" >/dev/null 2>&1 || ip link add "$second_bridge" type bridge || fail "could not make the bridge $second_bridge"
    ip addr replace 172.31.254.1/24 dev "$second_bridge"
    ip link set "$second_bridge" up
    start_daemon "$second_dir" ",\"bridge\":\"$second_bridge\",\"iptables\":false,\"ip6tables\":false"
  fi
  private_docker context inspect "$second_builder" >/dev/null 2>&1 ||
    private_docker context create "$second_builder" --docker "host=unix://$second_dir/docker.sock" >/dev/null
  say "The second engine is ready: docker --context $second_builder buildx build …"
}

stop_second() {
  [ -d "$second_dir" ] || return 0
  stop_daemon "$second_dir" 'second engine'
  private_docker context rm -f "$second_builder" >/dev/null 2>&1 || true
  ip link del "$second_bridge" 2>/dev/null || true
  rm -rf "$second_dir"
}
