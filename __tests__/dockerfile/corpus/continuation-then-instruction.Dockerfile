FROM scratch
RUN a && \
ENV A=1
LABEL b=c
