# As its neighbour, but SOURCE_DATE_EPOCH is named above the first FROM only, where no RUN sees it.
ARG SOURCE_DATE_EPOCH=1700000000
ARG BASE_IMAGE=python:3.11-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b

FROM ${BASE_IMAGE} AS builder
ENV TZ=UTC LANG=C.UTF-8 LC_ALL=C.UTF-8 PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /w
COPY --chmod=0644 requirements.lock ./
RUN pip wheel --no-deps --require-hashes -r requirements.lock -w /wheels

FROM ${BASE_IMAGE}
ENV TZ=UTC LANG=C.UTF-8 LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
RUN --mount=type=bind,from=builder,source=/wheels,target=/wheels \
    --mount=type=bind,source=requirements.lock,target=/tmp/requirements.lock \
    pip install --no-index --find-links=/wheels --no-deps --require-hashes -r /tmp/requirements.lock
COPY --chmod=u=rwX,go=rX report/*.py ./report/
USER 1000:1000
CMD ["python", "-m", "report"]
