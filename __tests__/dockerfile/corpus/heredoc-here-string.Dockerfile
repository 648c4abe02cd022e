FROM scratch
RUN cat <<<EOF
ENV A=1
RUN cat <<< EOF
ENV B=1
RUN cat <<<"x" <<EOF
RUN no
EOF
ENV C=1
