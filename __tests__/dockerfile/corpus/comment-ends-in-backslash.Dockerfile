# comment \
FROM scratch
# another \
ENV A=1
