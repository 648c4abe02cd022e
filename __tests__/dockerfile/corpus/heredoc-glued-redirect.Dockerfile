FROM scratch
RUN cat <<EOF>/x
RUN no
EOF
RUN no
EOF>/x
ENV A=1
RUN cat <<EOF;
RUN no
EOF;
ENV B=1
RUN (cat <<EOF)
RUN no
EOF)
ENV C=1
