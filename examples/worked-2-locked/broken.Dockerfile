# As its neighbour, but pip compiles what it installs, and notes in each compiled file when its source was written: now.
ARG BASE_IMAGE=python:3.11-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b
FROM ${BASE_IMAGE}
ENV TZ=UTC LANG=C.UTF-8 LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
COPY --chmod=0644 requirements.lock ./
RUN pip install --no-deps --require-hashes -r requirements.lock
COPY --chmod=0644 app.py ./
USER 1000:1000
CMD ["python", "app.py"]
