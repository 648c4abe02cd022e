FROM scratch
FOO bar
ENV A=1
