FROM scratch
RUN <<EOF
RUN no
ENV A=1
