FROM scratch
COPY <<EOF /Dockerfile
# escape=`
FROM alpine
RUN a `
  b \
EOF
ENV A=1 \
 B=2
