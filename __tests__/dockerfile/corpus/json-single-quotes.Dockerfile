FROM scratch
CMD ['a', 'b']
ENTRYPOINT [a]
RUN [ -e /x ] || true
VOLUME [/x]
