# BuildKit on its own: a daemon for tests of the remote driver, and an image of it for builders in containers.

buildkit_version=v0.25.2
buildkit_dir=$engine_dir/buildkit/$buildkit_version
buildkit_image=moby/buildkit:buildx-stable-1 # what buildx takes when nobody names another

start_buildkit() {
  start_first
  if [ ! -x "$buildkit_dir/buildkitd" ]; then
    case $(engine_kind) in
      private) build_buildkit ;;
      *) unpack_buildkit ;;
    esac
  fi
  [ "$(engine_kind)" != private ] || provide_buildkit_image
  echo "$buildkit_dir"
}

# Docker Hub is out of reach where a private engine is needed: its Go sources mostly are not.
build_buildkit() {
  local go sources work=$engine_dir/buildkit/work
  go=$(command -v go || echo /usr/local/go/bin/go)
  [ -x "$go" ] || impossible 'BuildKit has to be built, and there is no Go (golang.org/dl) on this machine'
  say "building BuildKit $buildkit_version (2 minutes, once)"
  rm -rf "$work"
  mkdir -p "$work/out"
  export GOMODCACHE=$work/modules GOCACHE=$work/cache GOFLAGS='-buildvcs=false -modcacherw' CGO_ENABLED=0
  quietly "$engine_dir/buildkit/download.log" sh -c "cd '$work' && '$go' mod download -json github.com/moby/buildkit@$buildkit_version >sources.json" ||
    impossible 'the sources of BuildKit cannot be downloaded (see above)'
  sources=$(sed -n 's/.*"Dir": "\(.*\)",/\1/p' "$work/sources.json")
  cp -r "$sources" "$work/sources"
  chmod -R u+w "$work/sources"
  quietly "$engine_dir/buildkit/build.log" sh -c "cd '$work/sources' && nice '$go' build -p 2 -o '$work/out/' \
    -ldflags '-s -w -X github.com/moby/buildkit/version.Version=$buildkit_version' ./cmd/buildkitd ./cmd/buildctl" ||
    fail 'building BuildKit failed'
  mkdir -p "$buildkit_dir"
  mv "$work"/out/* "$buildkit_dir/"
  rm -rf "$work"
}

# Not tried where this was written.
unpack_buildkit() {
  local container
  container=$(docker create "moby/buildkit:$buildkit_version") || impossible "the image moby/buildkit:$buildkit_version cannot be pulled"
  mkdir -p "$buildkit_dir"
  docker cp "$container:/usr/bin/buildkitd" "$buildkit_dir/buildkitd" >&2
  docker cp "$container:/usr/bin/buildctl" "$buildkit_dir/buildctl" >&2
  docker rm "$container" >&2
}

provide_buildkit_image() {
  local folder=$buildkit_dir/image library
  ! private_docker image inspect "$buildkit_image" >/dev/null 2>&1 || return 0
  rm -rf "$folder"
  mkdir -p "$folder/libraries"
  cp "$buildkit_dir/buildkitd" "$buildkit_dir/buildctl" "$folder/"
  cp -L "$(command -v runc)" "$folder/buildkit-runc"
  for library in $(ldd "$folder/buildkit-runc" | grep -o '/[^ ]*libseccomp[^ ]*'); do cp -L "$library" "$folder/libraries/"; done
  printf '%s\n' "FROM $base_image" 'COPY buildkitd buildctl buildkit-runc /usr/bin/' 'COPY libraries/ /usr/lib/' \
    'VOLUME /var/lib/buildkit' 'ENTRYPOINT ["buildkitd"]' >"$folder/Dockerfile"
  quietly "$buildkit_dir/image.log" private_docker buildx build --provenance=false -t "$buildkit_image" "$folder" ||
    fail "the image $buildkit_image could not be made"
  rm -rf "$folder"
}
