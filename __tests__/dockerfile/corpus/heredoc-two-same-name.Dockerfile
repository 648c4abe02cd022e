FROM scratch
RUN cat <<A <<A
RUN no
A
RUN no
A
ENV A=1
