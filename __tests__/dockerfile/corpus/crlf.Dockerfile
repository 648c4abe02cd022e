FROM scratch
RUN a && \
  # comment

  b
RUN <<EOF
RUN no
EOF
ENV A=1
