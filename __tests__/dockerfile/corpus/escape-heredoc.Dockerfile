# escape=`
FROM scratch
RUN <<EOF `
  && x
RUN no
EOF
ENV A=1
RUN cat <<\E"O"F
RUN no
EOF
ENV B=1
