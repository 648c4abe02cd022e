FROM scratch
RUN echo "a"<<EOF
ENV A=1
RUN echo "a" <<EOF "b's"
RUN no
EOF
ENV B=1
