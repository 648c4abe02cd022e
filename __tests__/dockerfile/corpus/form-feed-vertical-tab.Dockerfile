FROMscratch
ENVA=1
LABEL a=b
RUN a \
ENV B=1
