# Dockerfile
# Replace the digest with the actual one you intend to use.
FROM python:3.11-slim@sha256:REPLACE_WITH_ACTUAL_DIGEST
ENV TZ=UTC \
LANG=C.UTF-8 \
LC_ALL=C.UTF-8 \
PYTHONDONTWRITEBYTECODE=1 \
PYTHONUNBUFFERED=1
# Pin OS packages; do update+install in one layer; no recommends
RUN set -eux; \
apt-get update; \
apt-get install -y --no-install-recommends \
build-essential=12.9 \
git=1:2.39.2-1.1 \
curl=7.88.1-10; \
rm -rf /var/lib/apt/lists/*
# Copy code in a deterministic way
WORKDIR /app
COPY --chown=1000:1000 . /app
USER 1000:1000
CMD ["python", "-V"]
