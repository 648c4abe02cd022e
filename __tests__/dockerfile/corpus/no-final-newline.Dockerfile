FROM scratch
ENV A=1
LABEL b=2