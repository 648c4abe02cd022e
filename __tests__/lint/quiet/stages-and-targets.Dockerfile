ARG FLAVOUR=cpu
FROM debian:12.5@sha256:4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f AS base-cpu
FROM debian:12.5@sha256:4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f AS base-gpu
FROM base-${FLAVOUR} AS base
FROM debian:12.5@sha256:4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f AS tests
RUN sed -i 's|http://deb.debian.org/debian|http://snapshot.debian.org/archive/debian/20240601T000000Z|' /etc/apt/sources.list.d/debian.sources && apt-get update && apt-get install -y --no-install-recommends curl
FROM base AS final
COPY --link --chmod=0644 conf/app.yml /etc/app.yml
ONBUILD COPY --chmod=0644 site.yml /etc/site.yml
