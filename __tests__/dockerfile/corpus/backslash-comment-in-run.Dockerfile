FROM scratch
RUN \
# comment\comment
 echo x
ENV A=1
