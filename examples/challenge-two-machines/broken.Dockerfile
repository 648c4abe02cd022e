# As its neighbour, but the build asks the clock of the machine.
ARG BASE_IMAGE=python:3.11-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b
FROM ${BASE_IMAGE}
ENV TZ=UTC LANG=C.UTF-8 LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
COPY --chmod=0644 requirements.lock ./
RUN pip install --no-deps --no-compile --require-hashes -r requirements.lock
# Permissions are set here: those of the checkout hang on the umask of whoever cloned it.
COPY --chmod=u=rwX,go=rX words/*.py ./words/
RUN date -u > BUILD_DATE
USER 1000:1000
CMD ["python", "-m", "words"]
