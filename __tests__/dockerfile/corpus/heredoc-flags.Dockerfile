FROM scratch
RUN --mount=type=cache,target=/x --network=none <<EOF
RUN no
EOF
ENV A=1
COPY --chmod=644 --chown=0:0 <<EOF /x
RUN no
EOF
ADD --link <<EOF /y
RUN no
EOF
ENV B=1
