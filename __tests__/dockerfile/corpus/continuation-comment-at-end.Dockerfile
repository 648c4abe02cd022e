FROM scratch
ENV A=1
RUN a \
# the end

