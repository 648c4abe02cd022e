# foo=bar
# escape=`
FROM scratch
LABEL a=`
ENV A=1 \
  B=2
