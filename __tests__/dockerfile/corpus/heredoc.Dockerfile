FROM scratch
RUN <<EOF
RUN no
FROM no
EOF
ENV A=1
