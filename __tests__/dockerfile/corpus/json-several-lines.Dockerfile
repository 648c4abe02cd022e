FROM scratch
CMD [ \
  "a", \
  # comment
  "b" \
]
SHELL [ "/bin/sh" , "-c" ]
COPY [ "a b", "/c d" ]
VOLUME ["/a", "/b"]
