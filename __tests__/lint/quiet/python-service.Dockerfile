# syntax=docker/dockerfile:1.7
# A web service: packages of one day, hashed requirements, no bytecode of the day.
FROM python:3.12-slim@sha256:4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f
ENV TZ=UTC LANG=C.UTF-8 LC_ALL=C.UTF-8 \
    PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
RUN set -eux; \
    sed -i 's|http://deb.debian.org/debian|http://snapshot.debian.org/archive/debian/20240601T000000Z|' /etc/apt/sources.list.d/debian.sources; \
    # libpq for psycopg
    apt-get -o Acquire::Check-Valid-Until=false update; \
    apt-get install -y --no-install-recommends libpq5 curl; \
    rm -rf /var/lib/apt/lists/* /var/log/apt/* /var/log/dpkg.log /var/log/alternatives.log /var/cache/ldconfig/aux-cache /var/cache/debconf/*-old
WORKDIR /app
COPY --chmod=0644 requirements.lock ./
ARG SOURCE_DATE_EPOCH
RUN pip install --no-cache-dir --require-hashes -r requirements.lock
COPY src/ ./src/
RUN useradd --uid 1000 --no-create-home app && python -c "import app.main"
USER 1000:1000
HEALTHCHECK CMD curl -fsS http://localhost:8000/health || exit 1
CMD ["python", "-m", "app"]
