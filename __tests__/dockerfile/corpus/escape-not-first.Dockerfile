
# escape=`
FROM scratch
ENV A=1 \
  B=2
ENV C=`
ENV D=1
