# A newer Docker than the machine's suite has, unpacked beside the system and never installed into it.

suite=forky # docker.io 20.10 of Debian 12 is too old: rewrite-timestamp needs BuildKit 0.13, its provenance buildx 0.14
packages=(docker.io docker-cli docker-buildx containerd)

private_apt_get() {
  local apt=$engine_dir/apt
  apt-get -q -o Dir::State="$apt/state" -o Dir::State::status="$apt/status" -o Dir::Cache="$apt/cache" \
    -o Dir::Etc::SourceList="$apt/sources.list" -o Dir::Etc::SourceParts=/dev/null \
    -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null \
    -o APT::Sandbox::User=root -o APT::Update::Post-Invoke-Success= "$@"
}

# Leaves bin/ (on the PATH of callers) and config/cli-plugins/ pointing at the unpacked packages.
fetch_packages() {
  # These come from the machine's own suite because the newer runc needs a newer glibc. tini is what Docker calls docker-init:
  # builders in containers need it.
  install_from_own_suite runc=runc iptables=iptables tini-static=tini
  local mirror unpacked
  mirror=$(main_mirror)
  unpacked=$engine_dir/packages/$(key "$suite" "$mirror" "$(dpkg --print-architecture)" "${packages[@]}")
  [ -d "$unpacked" ] || download_packages "$mirror" "$unpacked"
  mkdir -p "$engine_dir/config/cli-plugins"
  ln -sfn "$unpacked/usr/libexec/docker/cli-plugins/docker-buildx" "$engine_dir/config/cli-plugins/docker-buildx"
  rm -rf "$engine_dir/bin"
  mkdir "$engine_dir/bin"
  ln -s "$unpacked"/usr/bin/* "$unpacked"/usr/sbin/* "$engine_dir/bin/"
  ln -sfn "$(command -v tini-static)" "$engine_dir/bin/docker-init"
}

download_packages() {
  local mirror=$1 unpacked=$2 apt=$engine_dir/apt deb
  local keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  [ -r $keyring ] || impossible "$keyring is missing. Run apt-get install debian-archive-keyring."
  say "downloading ${packages[*]} of Debian $suite (about 80 MB) into $engine_dir"
  rm -rf "$apt" "$unpacked.part"
  mkdir -p "$apt/state/lists/partial" "$apt/cache/archives/partial" "$apt/debs" "$unpacked.part"
  : >"$apt/status"
  echo "deb [signed-by=$keyring] $mirror $suite main" >"$apt/sources.list"
  quietly "$apt/update.log" private_apt_get update -o APT::Update::Error-Mode=any ||
    impossible "Docker must be downloaded from Debian $suite and $no_mirror"
  (cd "$apt/debs" && quietly "$apt/download.log" private_apt_get download "${packages[@]}") ||
    fail "downloading ${packages[*]} failed"
  for deb in "$apt"/debs/*.deb; do dpkg -x "$deb" "$unpacked.part"; done
  (cd "$apt/debs" && ls) >"$unpacked.part/versions"
  mv "$unpacked.part" "$unpacked"
  rm -rf "$apt/debs" "$apt/cache"
}
