FROM scratch
COPY <<OUTER /Dockerfile
FROM alpine
RUN <<INNER
echo
INNER
OUTER
ENV A=1
