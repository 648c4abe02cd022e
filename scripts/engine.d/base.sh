# The base image of the tests: a minimal Debian 12 that can use this machine's mirror and certificates.

base_epoch=1700000000
# Settings that a RUN needs on a machine with a mirror or a certificate authority of its own.
certificate_settings=(PIP_CERT NODE_EXTRA_CA_CERTS SSL_CERT_FILE REQUESTS_CA_BUNDLE CURL_CA_BUNDLE GIT_SSL_CAINFO)
mirror_settings=(PIP_INDEX_URL NPM_CONFIG_REGISTRY GOPROXY)
bundle_in_image=/etc/ssl/machine-ca-bundle.crt

# The file with the certificates this machine trusts, when it has been told to trust more than Debian does.
machine_bundle() {
  local name
  for name in "${certificate_settings[@]}"; do
    if [ -r "${!name-}" ]; then echo "${!name}"; return 0; fi
  done
}

# One ENV line for each setting. An address with a password in it stays out of the image.
base_settings() {
  local name
  for name in "${certificate_settings[@]}"; do
    if [ -r "${!name-}" ]; then echo "ENV $name=$bundle_in_image"; fi
  done
  for name in "${mirror_settings[@]}"; do
    case ${!name-} in '' | *@*) ;; *) echo "ENV $name=${!name}" ;; esac
  done
}

provide_base_from_debian() {
  registry_has_base && return 0
  local main security settings options bundle tar
  main=$(main_mirror) security=$(security_mirror) settings=$(base_settings) options=$(machine_apt_options)
  bundle=$(machine_bundle)
  tar=$engine_dir/base/$(key "$main" "$security" "$options" "$(cat ${bundle:+"$bundle"} /dev/null | sha256sum)").tar
  [ -f "$tar" ] || make_base_tar "$tar" "$main" "$security" "$options" "$bundle"
  push_base "$tar" "$settings"
}

# No docker-clean configuration here, unlike the image of Docker Hub: the recorded cases expect apt's caches to stay.
make_base_tar() {
  local tar=$1 main=$2 security=$3 options=$4 bundle=$5 option hooks=()
  install_from_own_suite mmdebstrap=mmdebstrap
  say 'making the base image with mmdebstrap (about 20 s, once)'
  mkdir -p "$engine_dir/base"
  while IFS= read -r option; do [ -z "$option" ] || hooks+=(--aptopt="$option"); done <<<"$options"
  [ -z "$bundle" ] || hooks+=(--customize-hook="install -D -m 644 '$bundle' \"\$1$bundle_in_image\"")
  SOURCE_DATE_EPOCH=$base_epoch quietly "$engine_dir/base/mmdebstrap.log" mmdebstrap --variant=minbase "${hooks[@]}" \
    --customize-hook='rm -f "$1/etc/hostname" "$1/etc/resolv.conf"' bookworm "$tar.part.tar" \
    "deb $main bookworm main" "deb $main bookworm-updates main" "deb $security bookworm-security main" ||
    fail 'mmdebstrap failed'
  mv "$tar.part.tar" "$tar"
}

push_base() {
  local tar=$1 settings=$2 setting changes=()
  while IFS= read -r setting; do [ -z "$setting" ] || changes+=(--change "$setting"); done <<<"$settings"
  changes+=(--change 'CMD ["bash"]' --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin')
  quietly "$engine_dir/base/import.log" private_docker import "${changes[@]}" "$tar" "$base_image" || fail 'docker import failed'
  quietly "$engine_dir/base/push.log" private_docker push "$base_image" || fail "docker push $base_image failed"
}

# Not tried where this was written (Docker Hub was out of reach): the plain commands, and plain words when they fail.
provide_base_to_own_docker() {
  registry_has_base && return 0
  if ! registry_answers; then
    docker run -d --name repro-gate-registry -p 127.0.0.1:5000:5000 registry:2 >&2 ||
      fail "this Docker has no registry at $registry and could not run the image registry:2. Start any registry there."
    timeout 30 bash -c "until (exec 3<>/dev/tcp/127.0.0.1/5000) 2>/dev/null; do sleep 0.2; done" ||
      fail "the registry did not answer at $registry within 30 s"
  fi
  # Without Docker Hub's own apt settings, as the private engine's base: the recorded cases expect apt's caches to stay.
  printf 'FROM debian:bookworm-slim\nRUN rm -f /etc/apt/apt.conf.d/docker-*\n' |
    docker build -q --load -t "$base_image" - >&2 && docker push -q "$base_image" >&2 ||
    fail "could not put debian:bookworm-slim into $registry. Push an image named $base_image by hand."
}
