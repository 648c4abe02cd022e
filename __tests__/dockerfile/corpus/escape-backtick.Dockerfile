# escape=`
FROM scratch
ENV A=C:\
ENV B=1 `
  C=2
RUN dir `
# comment
  x
LABEL a="b`
 c"
