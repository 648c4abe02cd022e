FROM scratch AS a
RUN --mount=ty\
pe=cache,target=/x \

  --network=\
none x
COPY \
  --from=a \
  x /y
ENV A=1
