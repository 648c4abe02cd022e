# What this Debian machine is and where it gets its packages from. Nothing here changes the machine.

official_mirror=http://deb.debian.org/debian
official_security_mirror=http://deb.debian.org/debian-security
no_mirror='the Debian mirror does not answer (see above). Connect to a network, or start a Docker by hand.'

is_debian() { [ -r /etc/os-release ] && (. /etc/os-release && [ "$ID" = debian ]); }

require_private_engine_possible() {
  local docker_problem
  docker_problem=$(own_docker_problem || true)
  is_debian || impossible "$docker_problem, and a private engine can be made on Debian only. Install Docker 25 or newer with buildx and turn on its containerd image store."
  [ "$(id -u)" = 0 ] || impossible "$docker_problem, and a private engine needs root. Run scripts/engine start as root, or use a Docker that you may talk to."
  [ ${#engine_dir} -le 80 ] || impossible "the path $engine_dir is too long for a socket. Set REPRO_GATE_ENGINE_DIR to a shorter one."
}

# The address that apt here uses for a suite ($1: the part of the address to look for, $2: else).
machine_mirror() {
  local found
  found=$(apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 2>/dev/null |
    awk -v want="$1" '$2 ~ want { sub(/\/$/, "", $1); print $1; exit }')
  echo "${found:-$2}"
}
main_mirror() { machine_mirror '^(bookworm|trixie|forky|sid|stable|testing)$' "$official_mirror"; }
security_mirror() { machine_mirror '-security$' "$official_security_mirror"; }

# apt settings of this machine without which its mirror is not usable (a proxy, a mirror that stands still).
machine_apt_options() {
  apt-config dump --format '%f "%v";%n' Acquire::http::Proxy Acquire::https::Proxy Acquire::Check-Valid-Until Acquire::Check-Date |
    grep -v '""' || true
}

# install_from_own_suite COMMAND=PACKAGE…: installs what is missing, from the machine's own suite.
install_from_own_suite() {
  local pair missing=()
  for pair in "$@"; do
    command -v "${pair%%=*}" >/dev/null || missing+=("${pair#*=}")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "installing ${missing[*]} from this machine's own Debian suite"
  local mirror_answers=yes
  quietly "$engine_dir/apt-update.log" apt-get update -q -o APT::Update::Error-Mode=any || mirror_answers=no
  DEBIAN_FRONTEND=noninteractive quietly "$engine_dir/apt-install.log" \
    apt-get install -q -y --no-install-recommends "${missing[@]}" && return 0
  [ $mirror_answers = yes ] || impossible "${missing[*]} must be installed and $no_mirror"
  fail "apt-get install ${missing[*]} failed"
}
