FROM scratch
ENV --a=b C=1
