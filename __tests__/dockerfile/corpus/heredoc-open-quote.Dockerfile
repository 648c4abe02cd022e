FROM scratch
RUN echo it's <<EOF
ENV A=1
LABEL EOF=1
