# As its neighbour, but the wheels keep debug data: it names the random folder in which pip compiled them.
ARG BASE_IMAGE=python:3.11-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b
ARG RUNTIME_IMAGE=${BASE_IMAGE}

FROM ${BASE_IMAGE} AS wheels
ENV TZ=UTC LANG=C.UTF-8 LC_ALL=C.UTF-8 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
# The compiler of one day. Debian's mirrors drop a version once there is a newer one; snapshot.debian.org keeps all.
ARG SNAPSHOT=20261001T000000Z
ARG COMPILER="gcc libc6-dev"
RUN set -eux; \
    if [ -n "${SNAPSHOT}" ]; then \
      sed -i "s|http://deb.debian.org/\(debian[a-z-]*\)|http://snapshot.debian.org/archive/\1/${SNAPSHOT}|" \
        /etc/apt/sources.list.d/debian.sources; \
    fi; \
    apt-get -o Acquire::Check-Valid-Until=false update; \
    apt-get install -y --no-install-recommends ${COMPILER}
WORKDIR /w
COPY --chmod=0644 build-requirements.lock requirements.lock ./
RUN pip install --no-deps --no-compile --require-hashes -r build-requirements.lock
# The time of the commit, for what the wheels note.
ARG SOURCE_DATE_EPOCH
RUN pip wheel --no-deps --no-build-isolation --require-hashes -r requirements.lock -w /wheels \
 && pip install --no-index --no-deps --no-compile --target /packages /wheels/*.whl

FROM ${RUNTIME_IMAGE}
ENV TZ=UTC LANG=C.UTF-8 LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 PYTHONHASHSEED=0 PYTHONPATH=/packages
WORKDIR /app
COPY --from=wheels /packages /packages
COPY --chmod=u=rwX,go=rX trainer/*.py ./trainer/
USER 1000:1000
CMD ["python", "-m", "trainer", "--seed", "1"]
