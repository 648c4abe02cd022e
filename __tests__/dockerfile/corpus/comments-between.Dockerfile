# one
FROM scratch
# RUN not me
#RUN nor me
ENV A=1 # RUN part of it
  # RUN not me
LABEL b=c
