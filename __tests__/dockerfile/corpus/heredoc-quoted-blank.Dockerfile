FROM scratch
RUN <<"E O"
RUN no
E O
ENV A=1
RUN << 'a  b'
RUN no
a  b
ENV B=1
