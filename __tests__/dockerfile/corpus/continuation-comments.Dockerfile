FROM scratch
RUN a && \
# RUN comment
  b && \
  # comment with backslash \
   c
ENV A=1
