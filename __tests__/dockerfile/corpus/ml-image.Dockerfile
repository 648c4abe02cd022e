ARG BASE=scratch
FROM ${BASE} AS build
ENV DEBIAN_FRONTEND=noninteractive \
    # comment
    PIP_NO_CACHE_DIR=1
RUN --mount=type=cache,target=/var/cache/apt \
    apt-get update && apt-get install -y --no-install-recommends \
      # compiler
      gcc \

      curl \
    && rm -rf /var/lib/apt/lists/*
RUN <<EOT bash
  set -e
  pip install torch \
    numpy
EOT
COPY --from=build --chmod=755 <<-"PY" /x.py
	import os
	print("RUN")
	PY
ENTRYPOINT ["python", "-c", "print('RUN')"]
