FROM scratch
RUN <<eo'f'
RUN no
eof
ENV A=1
RUN <<'e'o\'f
RUN no
eo'f
ENV B=1
RUN <<"a"b"c"
RUN no
abc
ENV C=1
