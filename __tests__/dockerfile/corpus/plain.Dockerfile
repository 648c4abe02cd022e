FROM scratch
COPY a /a
ENV A=1
CMD ["/a"]
