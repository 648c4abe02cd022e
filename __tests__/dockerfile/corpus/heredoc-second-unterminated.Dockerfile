FROM scratch
RUN cat <<A <<B
x
A
RUN no
