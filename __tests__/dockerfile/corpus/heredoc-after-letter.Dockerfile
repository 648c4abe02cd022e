FROM scratch
RUN cat a<<EOF
ENV A=1
LABEL EOF=1
