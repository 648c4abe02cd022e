FROM scratch
RUN cat <\
<EO\
F
RUN no
EOF
ENV A=1
