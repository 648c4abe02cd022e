FROM scratch
RUN <<EOF
EOF
ENV A=1
COPY <<E /x
E
LABEL a=b
