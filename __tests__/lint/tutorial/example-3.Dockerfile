# Dockerfile
ARG SOURCE_DATE_EPOCH=1700000000
FROM python:3.11-slim@sha256:REPLACE_WITH_ACTUAL_DIGEST AS builder
ENV TZ=UTC LANG=C.UTF-8 LC_ALL=C.UTF-8 PIP_NO_CACHE_DIR=1
WORKDIR /w
COPY requirements.lock /w/requirements.lock
RUN pip wheel --no-deps --require-hashes -r requirements.lock -w /wheels
FROM python:3.11-slim@sha256:REPLACE_WITH_ACTUAL_DIGEST
ENV TZ=UTC LANG=C.UTF-8 LC_ALL=C.UTF-8 PIP_NO_CACHE_DIR=1 \
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH}
WORKDIR /app
COPY --from=builder /wheels /wheels
RUN pip install --no-index --find-links=/wheels -r /wheels/..../requirements.lock || true # adapt path if needed
COPY . /app
LABEL org.opencontainers.image.created="${SOURCE_DATE_EPOCH}"
CMD ["python", "-m", "your_app"]
