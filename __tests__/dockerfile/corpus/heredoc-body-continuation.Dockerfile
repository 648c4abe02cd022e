FROM scratch
RUN <<EOF
RUN no \
EOF
ENV A=1 \
  B=2
