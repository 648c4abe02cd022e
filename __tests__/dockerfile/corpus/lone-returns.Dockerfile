FROM scratch
ENV A=1ENV B=2
RUN x \ y
LABEL c=d
