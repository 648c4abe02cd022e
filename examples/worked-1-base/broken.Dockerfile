# As its neighbour, but what apt writes down while it works stays in the layer: its logs hold the time.
ARG BASE_IMAGE=python:3.11-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b
FROM ${BASE_IMAGE}
ENV TZ=UTC LANG=C.UTF-8 LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
# Debian's mirrors drop a version once there is a newer one; snapshot.debian.org keeps the archive of every day.
ARG SNAPSHOT=20261001T000000Z
ARG CURL_VERSION=7.88.1-10+deb12u15
ARG LIBGOMP_VERSION=12.2.0-14+deb12u1
RUN set -eux; \
    if [ -n "${SNAPSHOT}" ]; then \
      sed -i "s|http://deb.debian.org/\(debian[a-z-]*\)|http://snapshot.debian.org/archive/\1/${SNAPSHOT}|" \
        /etc/apt/sources.list.d/debian.sources; \
    fi; \
    apt-get -o Acquire::Check-Valid-Until=false update; \
    apt-get install -y --no-install-recommends curl="${CURL_VERSION}" libgomp1="${LIBGOMP_VERSION}"; \
    rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY --chown=1000:1000 --chmod=0644 app.py ./
USER 1000:1000
CMD ["python", "app.py"]
