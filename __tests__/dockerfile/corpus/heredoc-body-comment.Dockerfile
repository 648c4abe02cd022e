FROM scratch
RUN <<EOF
# RUN no

# EOF
EOF
# comment
ENV A=1
