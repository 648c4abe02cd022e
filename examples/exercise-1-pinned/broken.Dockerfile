# As its neighbour, but the base image is named by its tag alone. Two builds of today agree; in a month they do not.
ARG BASE_IMAGE=python:3.11-slim-bookworm
FROM ${BASE_IMAGE}
ENV TZ=UTC LANG=C.UTF-8 LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
# Debian's mirrors drop a version once there is a newer one; snapshot.debian.org keeps the archive of every day.
ARG SNAPSHOT=20261001T000000Z
ARG TINI_VERSION=0.19.0-1+b3
RUN set -eux; \
    if [ -n "${SNAPSHOT}" ]; then \
      sed -i "s|http://deb.debian.org/\(debian[a-z-]*\)|http://snapshot.debian.org/archive/\1/${SNAPSHOT}|" \
        /etc/apt/sources.list.d/debian.sources; \
    fi; \
    apt-get -o Acquire::Check-Valid-Until=false update; \
    apt-get install -y --no-install-recommends tini="${TINI_VERSION}"; \
    rm -rf /var/lib/apt/lists/* /var/log/apt/* /var/log/*.log /var/cache/apt/*.bin /var/cache/ldconfig/aux-cache \
      /var/cache/debconf/*-old
WORKDIR /app
COPY --chown=1000:1000 --chmod=0644 app.py ./
USER 1000:1000
ENTRYPOINT ["tini", "--", "python", "app.py"]
