FROM scratch
ENV C trailing\\\
ENV D=1
LABEL a=b
