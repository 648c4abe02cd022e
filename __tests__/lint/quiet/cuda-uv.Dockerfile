FROM nvidia/cuda:12.4.1-cudnn-runtime-ubuntu22.04@sha256:4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f AS base
COPY --from=ghcr.io/astral-sh/uv:0.5.1@sha256:4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f /uv /usr/local/bin/uv
ENV UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never PYTHONDONTWRITEBYTECODE=1
RUN --mount=type=cache,target=/var/cache/apt,sharing=locked \
    --mount=type=cache,target=/var/lib/apt,sharing=locked \
    --mount=type=tmpfs,target=/var/log <<EOF
set -eu
echo 'APT::Snapshot "20240601T000000Z";' > /etc/apt/apt.conf.d/50snapshot
apt-get update
apt-get install -y --no-install-recommends python3.11 python3.11-venv
rm -f /var/cache/ldconfig/aux-cache
EOF
WORKDIR /srv
COPY pyproject.toml uv.lock ./
RUN --mount=type=cache,target=/root/.cache/uv uv sync --frozen --no-dev
COPY train.py ./
CMD ["uv", "run", "train.py"]
