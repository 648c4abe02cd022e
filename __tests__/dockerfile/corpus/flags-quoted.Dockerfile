FROM scratch
RUN --mount="type=cache,target=/a b" echo
RUN --mount=type=cache,target="/a b" \
  --mount=type=tmpfs,target=/t \
  # comment
  --network=host echo
COPY --chown="0:0" a /b
ENV A=1
