# Dockerfile (fragment)
FROM python:3.11-slim@sha256:REPLACE_WITH_ACTUAL_DIGEST
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
COPY requirements.lock /app/requirements.lock
RUN pip install --no-deps --require-hashes -r requirements.lock
