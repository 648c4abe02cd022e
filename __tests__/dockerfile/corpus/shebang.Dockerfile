#!/usr/bin/env -S docker build .
FROM scratch
ENV A=1
