FROM scratch
RUN a && \

   
  b && \

# c

  c
ENV A=1
