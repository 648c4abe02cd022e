FROM mambaorg/micromamba:1.5.8@sha256:4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f
ARG SOURCE_DATE_EPOCH
COPY --chown=$MAMBA_USER:$MAMBA_USER conda-linux-64.lock /tmp/conda.lock
RUN micromamba install -y -n base -f /tmp/conda.lock && micromamba clean -afy
ENV PYTHONDONTWRITEBYTECODE=1
RUN python -c "import numpy"
