FROM scratch
RUN <<${X:-y}
ENV A=1
RUN a${X:-y} <<EOF
RUN no
EOF
ENV B=1
RUN echo ${X <<EOF
ENV C=1
LABEL EOF=1
