# As its neighbour, but the model is trained in the build, and nobody says with which seed: another model each time.
ARG BASE_IMAGE=python:3.11-slim-bookworm@sha256:a36c24f9cbdf4fd0f52d67f0823eeac19c2028c637cecc392d97f980d4fec56b
FROM ${BASE_IMAGE}
ENV TZ=UTC LANG=C.UTF-8 LC_ALL=C.UTF-8 PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 \
    PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
COPY --chmod=0644 requirements.lock ./
# No bytecode: pip would note in it when each source was written, which is now.
RUN pip install --no-deps --no-compile --require-hashes -r requirements.lock
COPY --chmod=u=rwX,go=rX training/* ./training/
RUN python training/train.py --out model
COPY --chmod=u=rwX,go=rX service/*.py ./service/
USER 1000:1000
EXPOSE 8000
CMD ["python", "-m", "service"]
