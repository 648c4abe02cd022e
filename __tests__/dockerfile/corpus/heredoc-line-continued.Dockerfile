FROM scratch
RUN cat <<EOF \
  # comment <<X
  && cat <<FOO
RUN no
EOF
RUN no
FOO
ENV A=1
