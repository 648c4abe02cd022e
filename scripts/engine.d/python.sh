# A Python base image for the examples: Debian's own Python, arranged as the official image python:3.11-slim-bookworm is.

python_image=$registry/python:3.11-slim-bookworm
# A virtual environment over /usr/local gives what the official image has: python and pip on the PATH, site-packages under
# /usr/local/lib/python3.11, a pip that installs there without asking, and no compiled files.
python_recipe="FROM $base_image
RUN apt-get update \\
 && apt-get install -y --no-install-recommends ca-certificates netbase python3 python3-venv tzdata \\
 && rm -rf /var/lib/apt/lists/* /var/log/* /var/cache/ldconfig/aux-cache /var/cache/apt/* /var/cache/debconf/*-old
RUN python3 -B -m venv /usr/local \\
 && find / -xdev -name __pycache__ -prune -exec rm -r {} +
ENV LANG=C.UTF-8
CMD [\"python3\"]"

provide_python() {
  start_first
  with_lock provide_python_image
  echo "$python_image"
}

provide_python_image() {
  case $(engine_kind) in
    private) make_python ;;
    *) registry_has_python || push_official_python ;;
  esac
}

registry_has_python() { [ "$(registry_status /v2/python/manifests/3.11-slim-bookworm)" = 200 ]; }

make_python() {
  local base made
  base=$(private_docker buildx imagetools inspect --format '{{.Manifest.Digest}}' "$base_image") || fail "$base_image cannot be read"
  made=$engine_dir/python/$(key "$base" "$python_recipe")
  if [ -f "$made" ] && registry_has_python; then return 0; fi
  say "making $python_image (half a minute, once)"
  mkdir -p "$made.context"
  printf '%s\n' "$python_recipe" >"$made.context/Dockerfile"
  SOURCE_DATE_EPOCH=$base_epoch quietly "$engine_dir/python/build.log" private_docker buildx build --network=host --provenance=false \
    --output "type=image,name=$python_image,push=true,store=false,oci-mediatypes=true,rewrite-timestamp=true" \
    "$made.context" || fail "$python_image could not be made"
  rm -r "$made.context"
  touch "$made"
}

# Not tried where this was written.
push_official_python() {
  docker pull -q python:3.11-slim-bookworm >&2 && docker tag python:3.11-slim-bookworm "$python_image" && docker push -q "$python_image" >&2 ||
    fail "could not put python:3.11-slim-bookworm into $registry. Push an image named $python_image by hand."
}
