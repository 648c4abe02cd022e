FROM scratch
RUN --unknown=1 x
