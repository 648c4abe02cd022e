FROM scratch
RUN ["cat", "<<EOF"]
ENV A=1
COPY ["<<A", "/x"]
ENV B=1
RUN ["a" <<EOF
RUN no
EOF
ENV C=1
