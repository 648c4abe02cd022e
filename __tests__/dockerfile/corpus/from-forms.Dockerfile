FROM scratch
FROM scratch AS a
FROM --platform=linux/amd64 scratch as B-1_x.y
FROM a
FROM \
  b-1_x.y \
  AS c
ENV A=1
