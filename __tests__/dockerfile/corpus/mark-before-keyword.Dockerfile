FROM scratch
\
ENV A=1
\
# x

  LABEL a=b
