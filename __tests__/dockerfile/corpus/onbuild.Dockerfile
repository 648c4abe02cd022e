FROM scratch
ONBUILD RUN a && \
  # comment
  b
ONBUILD COPY --chown=1:1 a /b
ONBUILD ENV A=1
ONBUILD   CMD ["x"]
LABEL a=b
