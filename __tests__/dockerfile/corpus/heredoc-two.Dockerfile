FROM scratch
COPY <<A <<B /x/
RUN no
B
A
RUN no
A
B
ENV A=1
