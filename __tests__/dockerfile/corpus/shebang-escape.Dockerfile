#!/bin/x
# escape=`
FROM scratch
ENV A=1 \
  B=2
LABEL a=`
ENV C=1
