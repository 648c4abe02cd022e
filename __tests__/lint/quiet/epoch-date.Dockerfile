FROM debian:12.5@sha256:4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f
ARG SOURCE_DATE_EPOCH
RUN date -u -d "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ > /built \
 && tmp="$(mktemp)" && trap 'rm -f "$tmp"' EXIT && sed s/a/b/ /etc/os-release > "$tmp" && cp "$tmp" /os \
 && if [ "$(date +%s)" -lt "$SOURCE_DATE_EPOCH" ]; then echo "clock is wrong: $(date)"; exit 1; fi
LABEL org.opencontainers.image.revision=$REVISION
