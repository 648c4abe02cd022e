FROM scratch
 ENV A=1
 LABEL a=b
RUN x \
 
  y \
 # comment
  z
ENV B=1
