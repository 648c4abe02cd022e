FROM debian:12.5-slim@sha256:4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f
ARG TINI_VERSION=v0.19.0
ARG TINI_SHA256=9c9c9c9c9c9c9c9c9c9c9c9c9c9c9c9c9c9c9c9c9c9c9c9c9c9c9c9c9c9c9c9c
ADD --checksum=sha256:9c9c9c9c9c9c9c9c9c9c9c9c9c9c9c9c9c9c9c9c9c9c9c9c9c9c9c9c9c9c9c9c https://github.com/krallin/tini/releases/download/v0.19.0/tini /sbin/tini
RUN sed -i 's|http://deb.debian.org/debian|http://snapshot.debian.org/archive/debian/20240601T000000Z|' /etc/apt/sources.list.d/debian.sources && apt-get update && apt-get install -y --no-install-recommends ca-certificates curl && rm -rf /var/lib/apt/lists/* /var/log/apt/* /var/log/dpkg.log /var/log/alternatives.log /var/cache/ldconfig/aux-cache /var/cache/debconf/*-old \
 && curl -fsSLo /tmp/t.tgz "https://example.com/releases/${TINI_VERSION}/t.tgz" \
 && echo "${TINI_SHA256}  /tmp/t.tgz" | sha256sum -c - \
 && tar -xzf /tmp/t.tgz -C /opt \
 && rm /tmp/t.tgz
ADD https://raw.githubusercontent.com/o/r/4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f/LICENSE /LICENSE
ENTRYPOINT ["/sbin/tini", "--"]
