FROM ubuntu:24.04@sha256:4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f4f
ARG CURL_VERSION=8.5.0-2ubuntu10.1
RUN apt-get update \
 && buildDeps="gcc=4:13.2.0-7ubuntu1 make=4.3-4.1build2" \
 && apt-get install -y --no-install-recommends curl="$CURL_VERSION" $buildDeps \
 && apt-get purge -y --auto-remove $buildDeps \
 && rm -rf /var/lib/apt/lists/* /var/{cache,log}/*
