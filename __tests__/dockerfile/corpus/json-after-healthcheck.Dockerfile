FROM scratch
HEALTHCHECK --interval=3s --timeout=1s CMD ["a", "b"]
HEALTHCHECK NONE
HEALTHCHECK CMD a \
  b
