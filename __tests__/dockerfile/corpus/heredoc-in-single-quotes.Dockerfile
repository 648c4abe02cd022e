FROM scratch
RUN echo '<<EOF'
ENV A=1
LABEL EOF=1
