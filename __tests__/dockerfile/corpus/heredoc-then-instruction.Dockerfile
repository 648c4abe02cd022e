FROM scratch
RUN <<A
A
RUN <<B
B
# c
RUN <<C
C
ENV A=1
